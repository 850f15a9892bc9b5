data "aws_iam_policy_document" "deploy" {
  # ruleid: terraform-aws-iam-pass-any-role
  statement {
    actions   = ["ecs:RunTask", "iam:PassRole"]
    resources = ["*"]
  }
  # ruleid: terraform-aws-iam-pass-any-role
  statement {
    actions   = ["iam:*"]
    resources = ["*"]
  }
  # ok: terraform-aws-iam-pass-any-role
  statement {
    actions   = ["iam:GetRole"]
    resources = ["*"]
  }
  # ok: terraform-aws-iam-pass-any-role
  statement {
    actions   = ["iam:PassRole"]
    resources = ["*"]
    condition {
      test     = "StringEquals"
      variable = "iam:PassedToService"
      values   = ["ecs-tasks.amazonaws.com"]
    }
  }
  # ok: terraform-aws-iam-pass-any-role
  statement {
    effect    = "Deny"
    actions   = ["iam:*"]
    resources = ["*"]
  }
}

resource "aws_iam_role_policy" "object" {
  policy = jsonencode({
    Statement = [
      # ruleid: terraform-aws-iam-pass-any-role
      {
        Effect   = "Allow"
        Action   = ["ec2:RunInstances", "iam:PassRole"]
        Resource = "*"
      },
      # ok: terraform-aws-iam-pass-any-role
      {
        Effect   = "Allow"
        Action   = "iam:PassRole"
        Resource = aws_iam_role.task.arn
      },
    ]
  })
}
