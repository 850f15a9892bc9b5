resource "google_container_cluster" "one" {
  # ruleid: terraform-gcp-kubernetes-protection-off
  enable_shielded_nodes = false
  network_policy {
    # ruleid: terraform-gcp-kubernetes-protection-off
    enabled = false
  }
  vertical_pod_autoscaling {
    # ok: terraform-gcp-kubernetes-protection-off
    enabled = false
  }
}

resource "google_container_node_pool" "two" {
  node_config {
    metadata = {
      # ruleid: terraform-gcp-kubernetes-protection-off
      disable-legacy-endpoints = "false"
    }
    workload_metadata_config {
      # ruleid: terraform-gcp-kubernetes-protection-off
      mode = "GCE_METADATA"
    }
  }
}

resource "google_container_cluster" "three" {
  datapath_provider     = "ADVANCED_DATAPATH"
  # ok: terraform-gcp-kubernetes-protection-off
  enable_shielded_nodes = true
  network_policy {
    # ok: terraform-gcp-kubernetes-protection-off
    enabled = false
  }
}

resource "google_container_node_pool" "four" {
  node_config {
    metadata = {
      # ok: terraform-gcp-kubernetes-protection-off
      disable-legacy-endpoints = "true"
    }
    workload_metadata_config {
      # ok: terraform-gcp-kubernetes-protection-off
      mode = "GKE_METADATA"
    }
  }
}
