resource "aws_ami_launch_permission" "one" {
  # ruleid: terraform-aws-public-image-or-snapshot
  group = "all"
}

resource "aws_ami_launch_permission" "two" {
  # ok: terraform-aws-public-image-or-snapshot
  account_id = "123456789012"
}

resource "aws_db_snapshot" "three" {
  # ruleid: terraform-aws-public-image-or-snapshot
  shared_accounts = ["123456789012", "all"]
}

resource "aws_db_snapshot" "four" {
  # ok: terraform-aws-public-image-or-snapshot
  shared_accounts = ["123456789012"]
}

resource "aws_ssm_document" "five" {
  permissions = {
    type        = "Share"
    # ruleid: terraform-aws-public-image-or-snapshot
    account_ids = "All"
  }
}

resource "aws_ssm_document" "six" {
  permissions = {
    type        = "Share"
    # ok: terraform-aws-public-image-or-snapshot
    account_ids = "123456789012"
  }
}
