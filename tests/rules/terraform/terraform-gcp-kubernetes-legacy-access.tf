resource "google_container_cluster" "one" {
  # ruleid: terraform-gcp-kubernetes-legacy-access
  enable_legacy_abac = true
}

resource "google_container_cluster" "two" {
  # ruleid: terraform-gcp-kubernetes-legacy-access
  enable_legacy_abac = "true"
}

resource "google_container_cluster" "three" {
  # ok: terraform-gcp-kubernetes-legacy-access
  enable_legacy_abac = false
}

resource "google_container_cluster" "four" {
  # ok: terraform-gcp-kubernetes-legacy-access
  enable_legacy_abac = var.legacy
}
