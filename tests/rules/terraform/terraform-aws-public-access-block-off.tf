resource "aws_s3_bucket_public_access_block" "one" {
  # ruleid: terraform-aws-public-access-block-off
  block_public_acls       = false
  # ruleid: terraform-aws-public-access-block-off
  block_public_policy     = "false"
  # ok: terraform-aws-public-access-block-off
  ignore_public_acls      = true
  # ok: terraform-aws-public-access-block-off
  restrict_public_buckets = var.restrict
}

resource "aws_s3_account_public_access_block" "two" {
  # ruleid: terraform-aws-public-access-block-off
  ignore_public_acls = false
  # ok: terraform-aws-public-access-block-off
  block_public_acls  = true
}
