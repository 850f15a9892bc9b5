resource "aws_lambda_function_url" "one" {
  # ruleid: terraform-aws-function-url-open
  authorization_type = "NONE"
}

resource "aws_lambda_function_url" "two" {
  # ok: terraform-aws-function-url-open
  authorization_type = "AWS_IAM"
}

resource "aws_lambda_function_url" "three" {
  # ok: terraform-aws-function-url-open
  authorization_type = var.kind
}
