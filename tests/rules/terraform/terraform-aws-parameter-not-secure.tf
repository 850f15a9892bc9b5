# ruleid: terraform-aws-parameter-not-secure
resource "aws_ssm_parameter" "one" {
  name  = "/shop/db/password"
  type  = "String"
  value = var.password
}

# ruleid: terraform-aws-parameter-not-secure
resource "aws_ssm_parameter" "two" {
  type  = "String"
  name  = "shop-api-key"
  value = random_password.key.result
}

# ok: terraform-aws-parameter-not-secure
resource "aws_ssm_parameter" "three" {
  name  = "/shop/db/password"
  type  = "SecureString"
  value = var.password
}

# ok: terraform-aws-parameter-not-secure
resource "aws_ssm_parameter" "four" {
  name  = "/shop/db/host"
  type  = "String"
  value = var.host
}

# ok: terraform-aws-parameter-not-secure
resource "aws_ssm_parameter" "five" {
  name  = "/shop/db/secret"
  type  = "String"
  value = aws_secretsmanager_secret.db.arn
}
