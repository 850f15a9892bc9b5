# ruleid: terraform-aws-key-not-rotated
resource "aws_kms_key" "one" {
  description = "one"
}

# ruleid: terraform-aws-key-not-rotated
resource "aws_kms_key" "two" {
  enable_key_rotation = false
}

# ok: terraform-aws-key-not-rotated
resource "aws_kms_key" "three" {
  enable_key_rotation = true
}

# ok: terraform-aws-key-not-rotated
resource "aws_kms_key" "four" {
  customer_master_key_spec = "RSA_4096"
  key_usage                = "SIGN_VERIFY"
}

# ok: terraform-aws-key-not-rotated
resource "aws_kms_key" "five" {
  enable_key_rotation = var.rotation
}
