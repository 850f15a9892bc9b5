resource "aws_s3_bucket_policy" "one" {
  policy = jsonencode({
    Statement = [{
      Effect    = "Allow"
      # ruleid: terraform-aws-public-resource-policy
      Principal = { AWS = "*" }
      Action    = "s3:GetObject"
    }]
  })
}

resource "aws_sns_topic_policy" "heredoc" {
  policy = <<EOF
{"Statement": [{"Effect": "Allow",
  # ruleid: terraform-aws-public-resource-policy
  "Principal": "*", "Action": "sns:Publish"}]}
EOF
}

data "aws_iam_policy_document" "bucket" {
  # ruleid: terraform-aws-public-resource-policy
  statement {
    actions   = ["s3:GetObject"]
    resources = ["*"]
    principals {
      type        = "*"
      identifiers = ["*"]
    }
  }
  # ok: terraform-aws-public-resource-policy
  statement {
    effect    = "Deny"
    actions   = ["s3:*"]
    resources = ["*"]
    principals {
      type        = "*"
      identifiers = ["*"]
    }
  }
  # ok: terraform-aws-public-resource-policy
  statement {
    actions   = ["s3:GetObject"]
    resources = ["*"]
    principals {
      type        = "AWS"
      identifiers = ["*"]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:PrincipalOrgID"
      values   = [var.organisation]
    }
  }
  # ok: terraform-aws-public-resource-policy
  statement {
    actions   = ["s3:GetObject"]
    resources = ["*"]
    principals {
      type        = "Service"
      identifiers = ["cloudfront.amazonaws.com"]
    }
  }
}

data "aws_iam_policy_document" "s3_endpoint" {
  # ok: terraform-aws-public-resource-policy
  statement {
    actions   = ["s3:GetObject"]
    resources = ["*"]
    principals {
      type        = "*"
      identifiers = ["*"]
    }
  }
}

resource "aws_lambda_permission" "all" {
  action    = "lambda:InvokeFunction"
  # ruleid: terraform-aws-public-resource-policy
  principal = "*"
}

resource "aws_lambda_permission" "organisation" {
  # ok: terraform-aws-public-resource-policy
  principal        = "*"
  principal_org_id = "o-1234567890"
}

resource "aws_lambda_permission" "service" {
  # ok: terraform-aws-public-resource-policy
  principal = "s3.amazonaws.com"
}

resource "aws_s3_bucket_policy" "tls" {
  policy = jsonencode({
    Statement = [{
      Effect    = "Deny"
      # ok: terraform-aws-public-resource-policy
      Principal = "*"
      Action    = "s3:*"
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
  })
}

resource "aws_sqs_queue_policy" "source" {
  policy = jsonencode({
    Statement = [{
      Effect    = "Allow"
      # ok: terraform-aws-public-resource-policy
      Principal = "*"
      Action    = "sqs:SendMessage"
      Condition = { ArnEquals = { "aws:SourceArn" = aws_sns_topic.one.arn } }
    }]
  })
}
