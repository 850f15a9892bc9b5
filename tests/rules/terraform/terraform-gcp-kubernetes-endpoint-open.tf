resource "google_container_cluster" "one" {
  master_authorized_networks_config {
    cidr_blocks {
      display_name = "all"
      # ruleid: terraform-gcp-kubernetes-endpoint-open
      cidr_block   = "0.0.0.0/0"
    }
    cidr_blocks {
      # ok: terraform-gcp-kubernetes-endpoint-open
      cidr_block = "203.0.113.0/24"
    }
    dynamic "cidr_blocks" {
      for_each = var.networks
      content {
        # ok: terraform-gcp-kubernetes-endpoint-open
        cidr_block = cidr_blocks.value
      }
    }
  }
}
