resource "google_container_cluster" "one" {
  # ruleid: terraform-gcp-kubernetes-no-log
  logging_service = "none"
}

resource "google_container_cluster" "two" {
  # ok: terraform-gcp-kubernetes-no-log
  logging_service = "logging.googleapis.com/kubernetes"
}

resource "google_container_cluster" "three" {
  # ok: terraform-gcp-kubernetes-no-log
  logging_service = var.logging
}
