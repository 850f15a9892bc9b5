resource "aws_db_instance" "one" {
  # ruleid: terraform-aws-storage-not-encrypted
  storage_encrypted = false
}

resource "aws_rds_cluster" "two" {
  # ruleid: terraform-aws-storage-not-encrypted
  storage_encrypted = "false"
}

resource "aws_instance" "three" {
  root_block_device {
    # ruleid: terraform-aws-storage-not-encrypted
    encrypted = false
  }
  ebs_block_device {
    # ok: terraform-aws-storage-not-encrypted
    encrypted = true
  }
}

resource "aws_opensearch_domain" "four" {
  encrypt_at_rest {
    # ruleid: terraform-aws-storage-not-encrypted
    enabled = false
  }
  auto_tune_options {
    # ok: terraform-aws-storage-not-encrypted
    enabled = false
  }
}

resource "aws_sqs_queue" "five" {
  # ruleid: terraform-aws-storage-not-encrypted
  sqs_managed_sse_enabled = false
}

resource "aws_sqs_queue" "six" {
  kms_master_key_id       = aws_kms_key.queue.id
  # ok: terraform-aws-storage-not-encrypted
  sqs_managed_sse_enabled = false
}

resource "aws_ebs_volume" "seven" {
  # ok: terraform-aws-storage-not-encrypted
  encrypted = var.encrypted
}

resource "aws_ebs_encryption_by_default" "eight" {
  # ok: terraform-aws-storage-not-encrypted
  enabled = true
}

resource "aws_elasticache_replication_group" "nine" {
  # ok: terraform-aws-storage-not-encrypted
  at_rest_encryption_enabled = true
}
