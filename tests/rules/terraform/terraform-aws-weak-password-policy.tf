resource "aws_iam_account_password_policy" "one" {
  # ruleid: terraform-aws-weak-password-policy
  minimum_password_length = 8
}

resource "aws_iam_account_password_policy" "two" {
  # ruleid: terraform-aws-weak-password-policy
  minimum_password_length = "13"
}

resource "aws_iam_account_password_policy" "three" {
  # ok: terraform-aws-weak-password-policy
  minimum_password_length = 14
}

resource "aws_iam_account_password_policy" "four" {
  # ok: terraform-aws-weak-password-policy
  minimum_password_length = var.length
}
