resource "aws_db_instance" "one" {
  # ruleid: terraform-aws-database-no-backup
  backup_retention_period = 0
}

resource "aws_redshift_cluster" "two" {
  # ruleid: terraform-aws-database-no-backup
  automated_snapshot_retention_period = "0"
}

resource "aws_db_instance" "three" {
  # ok: terraform-aws-database-no-backup
  backup_retention_period = 7
}

resource "aws_db_instance" "four" {
  # ok: terraform-aws-database-no-backup
  backup_retention_period = var.days
}

resource "aws_db_instance" "five" {
  # ok: terraform-aws-database-no-backup
  backup_retention_period = var.production ? 14 : 0
}
