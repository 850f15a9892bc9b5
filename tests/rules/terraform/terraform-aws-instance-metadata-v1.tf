resource "aws_instance" "one" {
  metadata_options {
    http_endpoint = "enabled"
    # ruleid: terraform-aws-instance-metadata-v1
    http_tokens   = "optional"
  }
}

resource "aws_launch_template" "two" {
  metadata_options {
    # ruleid: terraform-aws-instance-metadata-v1
    http_tokens = "optional"
  }
}

resource "aws_launch_template" "three" {
  metadata_options {
    # ok: terraform-aws-instance-metadata-v1
    http_tokens = "required"
  }
}

resource "aws_instance" "four" {
  metadata_options {
    # ok: terraform-aws-instance-metadata-v1
    http_tokens = var.tokens
  }
}

resource "aws_instance" "five" {
  metadata_options {
    http_endpoint = "disabled"
    # ok: terraform-aws-instance-metadata-v1
    http_tokens   = "optional"
  }
}
