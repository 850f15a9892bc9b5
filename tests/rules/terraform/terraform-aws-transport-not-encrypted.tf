resource "aws_elasticache_replication_group" "one" {
  # ruleid: terraform-aws-transport-not-encrypted
  transit_encryption_enabled = false
}

resource "aws_opensearch_domain" "two" {
  node_to_node_encryption {
    # ruleid: terraform-aws-transport-not-encrypted
    enabled = false
  }
  domain_endpoint_options {
    # ruleid: terraform-aws-transport-not-encrypted
    enforce_https = "false"
  }
}

resource "aws_msk_cluster" "three" {
  encryption_info {
    encryption_in_transit {
      # ruleid: terraform-aws-transport-not-encrypted
      client_broker = "TLS_PLAINTEXT"
    }
  }
}

resource "aws_elasticache_replication_group" "four" {
  # ok: terraform-aws-transport-not-encrypted
  transit_encryption_enabled = true
}

resource "aws_opensearch_domain" "five" {
  domain_endpoint_options {
    # ok: terraform-aws-transport-not-encrypted
    enforce_https = true
  }
  auto_tune_options {
    # ok: terraform-aws-transport-not-encrypted
    enabled = false
  }
}

resource "aws_msk_cluster" "six" {
  encryption_info {
    encryption_in_transit {
      # ok: terraform-aws-transport-not-encrypted
      client_broker = "TLS"
    }
  }
}

resource "aws_memorydb_cluster" "seven" {
  # ok: terraform-aws-transport-not-encrypted
  tls_enabled = var.tls
}
