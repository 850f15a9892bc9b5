resource "aws_iam_user_policy_attachment" "one" {
  # ruleid: terraform-aws-administrator-attached
  policy_arn = "arn:aws:iam::aws:policy/AdministratorAccess"
}

resource "aws_iam_role" "two" {
  # ruleid: terraform-aws-administrator-attached
  managed_policy_arns = ["arn:aws:iam::aws:policy/ReadOnlyAccess", "arn:aws-us-gov:iam::aws:policy/IAMFullAccess"]
}

resource "aws_iam_role_policy_attachment" "three" {
  # ok: terraform-aws-administrator-attached
  policy_arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
}

resource "aws_iam_role_policy_attachment" "four" {
  # ok: terraform-aws-administrator-attached
  policy_arn = aws_iam_policy.deploy.arn
}
