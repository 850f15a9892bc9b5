resource "aws_lambda_function" "mail" {
  environment {
    variables = {
      # ruleid: terraform-aws-environment-secret
      DB_PASSWORD  = "x8Kq2mZ7Lw"
      # ruleid: terraform-aws-environment-secret
      "API_KEY"    = "5f2c9b7e1d"
      # ok: terraform-aws-environment-secret
      TOKEN        = var.token
      # ok: terraform-aws-environment-secret
      SECRET_NAME  = "production-database"
      # ok: terraform-aws-environment-secret
      DB_SECRET    = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:db"
      # ok: terraform-aws-environment-secret
      AUTH_TOKEN   = "${var.token}"
      # ok: terraform-aws-environment-secret
      USE_PASSWORD = "true"
      # ok: terraform-aws-environment-secret
      STAGE        = "production-eu"
    }
  }
}

resource "aws_codebuild_project" "build" {
  environment {
    # ruleid: terraform-aws-environment-secret
    environment_variable {
      name  = "NPM_TOKEN"
      value = "x8Kq2mZ7Lw"
    }
    # ok: terraform-aws-environment-secret
    environment_variable {
      name  = "OTHER_TOKEN"
      value = "/build/token-of-npm"
      type  = "PARAMETER_STORE"
    }
  }
}
