resource "aws_db_instance" "one" {
  # ruleid: terraform-aws-database-public
  publicly_accessible = true
}

resource "aws_rds_cluster_instance" "two" {
  count               = 2
  # ruleid: terraform-aws-database-public
  publicly_accessible = "true"
}

resource "aws_db_instance" "private" {
  # ok: terraform-aws-database-public
  publicly_accessible = false
}

resource "aws_db_instance" "variable" {
  # ok: terraform-aws-database-public
  publicly_accessible = var.public
}

resource "aws_db_instance" "choice" {
  # ok: terraform-aws-database-public
  publicly_accessible = var.environment == "dev" ? true : false
}
