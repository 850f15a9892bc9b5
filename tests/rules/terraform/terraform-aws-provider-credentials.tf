provider "aws" {
  region     = "eu-central-1"
  # ruleid: terraform-aws-provider-credentials
  secret_key = "kP3v/Q9zT1uW7xY5bN8mC2dF4gH6jL0sA+RqEwOi"
}

provider "aws" {
  alias      = "two"
  # ok: terraform-aws-provider-credentials
  secret_key = var.secret_key
}

provider "aws" {
  alias      = "interpolated"
  # ok: terraform-aws-provider-credentials
  secret_key = "${var.secret_key}"
}

provider "aws" {
  alias      = "local"
  # ok: terraform-aws-provider-credentials
  secret_key = "test"
  # ok: terraform-aws-provider-credentials
  token      = "mock_token"
}

terraform {
  backend "s3" {
    bucket     = "state"
    # ruleid: terraform-aws-provider-credentials
    secret_key = "kP3v/Q9zT1uW7xY5bN8mC2dF4gH6jL0sA+RqEwOi"
  }
}
