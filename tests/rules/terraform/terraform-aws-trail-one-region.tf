# ruleid: terraform-aws-trail-one-region
resource "aws_cloudtrail" "one" {
  name = "one"
}

# ruleid: terraform-aws-trail-one-region
resource "aws_cloudtrail" "two" {
  is_multi_region_trail = false
}

# ok: terraform-aws-trail-one-region
resource "aws_cloudtrail" "three" {
  is_multi_region_trail = true
}

# ok: terraform-aws-trail-one-region
resource "aws_cloudtrail" "four" {
  is_multi_region_trail = var.multi_region
}
