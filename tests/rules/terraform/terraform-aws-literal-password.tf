resource "aws_db_instance" "literal" {
  storage_encrypted = true
  # ruleid: terraform-aws-literal-password
  password          = "Winter2024!x"
}

resource "aws_rds_cluster" "cluster" {
  count           = 2
  # ruleid: terraform-aws-literal-password
  master_password = "changeme"
}

resource "aws_mq_broker" "mq" {
  user {
    username = "app"
    # ruleid: terraform-aws-literal-password
    password = "Winter2024!x"
  }
}

resource "aws_elasticache_replication_group" "cache" {
  # ruleid: terraform-aws-literal-password
  auth_token = "0123456789abcdef"
}

resource "aws_db_instance" "variable" {
  # ok: terraform-aws-literal-password
  password = var.password
}

variable "default_password" {
  default = "Winter2024!x"
}

resource "aws_db_instance" "default" {
  # ok: terraform-aws-literal-password
  password = var.default_password
}

resource "aws_db_instance" "random" {
  # ok: terraform-aws-literal-password
  password = random_password.db.result
}

resource "aws_db_instance" "interpolated" {
  # ok: terraform-aws-literal-password
  password = "${random_password.db.result}"
}

resource "aws_db_instance" "empty" {
  # ok: terraform-aws-literal-password
  password = ""
}
