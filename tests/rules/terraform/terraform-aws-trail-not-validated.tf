# ruleid: terraform-aws-trail-not-validated
resource "aws_cloudtrail" "one" {
  name = "one"
}

# ruleid: terraform-aws-trail-not-validated
resource "aws_cloudtrail" "two" {
  enable_log_file_validation = "false"
}

# ok: terraform-aws-trail-not-validated
resource "aws_cloudtrail" "three" {
  enable_log_file_validation = true
}

# ok: terraform-aws-trail-not-validated
resource "aws_cloudtrail" "four" {
  enable_log_file_validation = var.validation
}
