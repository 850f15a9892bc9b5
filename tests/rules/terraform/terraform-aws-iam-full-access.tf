data "aws_iam_policy_document" "admin" {
  # ruleid: terraform-aws-iam-full-access
  statement {
    effect    = "Allow"
    actions   = ["*"]
    resources = ["*"]
  }
  # ruleid: terraform-aws-iam-full-access
  statement {
    sid       = "Default"
    resources = ["*"]
    actions   = ["s3:GetObject", "*"]
  }
  # ok: terraform-aws-iam-full-access
  statement {
    effect    = "Deny"
    actions   = ["*"]
    resources = ["*"]
  }
  # ok: terraform-aws-iam-full-access
  statement {
    actions   = ["s3:*"]
    resources = ["*"]
  }
  # ok: terraform-aws-iam-full-access
  statement {
    actions   = ["*"]
    resources = ["arn:aws:s3:::one/*"]
  }
  # ok: terraform-aws-iam-full-access
  statement {
    actions   = ["*"]
    resources = ["*"]
    condition {
      test     = "StringEquals"
      variable = "aws:RequestedRegion"
      values   = ["eu-central-1"]
    }
  }
}

resource "aws_iam_policy" "objects" {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      # ruleid: terraform-aws-iam-full-access
      {
        Effect   = "Allow"
        Action   = ["*"]
        Resource = ["*"]
      },
      # ok: terraform-aws-iam-full-access
      {
        Effect   = "Allow"
        Action   = ["s3:Get*"]
        Resource = "*"
      },
      # ok: terraform-aws-iam-full-access
      {
        Effect   = "Deny"
        Action   = "*"
        Resource = "*"
      },
    ]
  })
}

resource "aws_iam_role_policy" "quoted" {
  policy = jsonencode({
    # ruleid: terraform-aws-iam-full-access
    "Statement" : [{
      "Action" : "*:*",
      "Effect" : "Allow",
      "Resource" : "*"
    }]
  })
}

resource "aws_iam_user_policy" "heredoc" {
  name   = "admin"
  policy = <<EOF
{
  "Statement": [
    # ruleid: terraform-aws-iam-full-access
    {"Effect": "Allow", "Action": "*", "Resource": "*"}
  ]
}
EOF
}

resource "aws_iam_group_policy" "narrow" {
  policy = <<-EOF
    {
      "Statement": [
        # ok: terraform-aws-iam-full-access
        {"Effect": "Allow", "Action": "*", "Resource": "${aws_s3_bucket.one.arn}/*"},
        {"Effect": "Allow", "Action": "ec2:Describe*", "Resource": "*"}
      ]
    }
  EOF
}

resource "aws_iam_role" "inline" {
  inline_policy {
    name = "all"
    policy = jsonencode({
      # ruleid: terraform-aws-iam-full-access
      Statement = [{ Effect = "Allow", Action = "*", Resource = "*" }]
    })
  }
}
