# ruleid: terraform-aws-storage-encryption-missing
resource "aws_db_instance" "one" {
  engine = "postgres"
}

# ruleid: terraform-aws-storage-encryption-missing
resource "aws_efs_file_system" "two" {
  creation_token = "two"
}

# ruleid: terraform-aws-storage-encryption-missing
resource "aws_opensearch_domain" "three" {
  domain_name = "three"
}

# ok: terraform-aws-storage-encryption-missing
resource "aws_db_instance" "four" {
  storage_encrypted = true
}

# ok: terraform-aws-storage-encryption-missing
resource "aws_db_instance" "five" {
  replicate_source_db = aws_db_instance.four.identifier
}

# ok: terraform-aws-storage-encryption-missing
resource "aws_rds_cluster" "six" {
  snapshot_identifier = var.snapshot
}

# ok: terraform-aws-storage-encryption-missing
resource "aws_opensearch_domain" "seven" {
  encrypt_at_rest {
    enabled = true
  }
}
