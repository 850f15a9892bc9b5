resource "google_compute_instance" "one" {
  service_account {
    # ruleid: terraform-gcp-default-account-full-scope
    scopes = ["userinfo-email", "cloud-platform"]
  }
}

resource "google_container_node_pool" "two" {
  node_config {
    # ruleid: terraform-gcp-default-account-full-scope
    oauth_scopes = ["https://www.googleapis.com/auth/cloud-platform"]
  }
}

resource "google_compute_instance" "three" {
  service_account {
    email  = google_service_account.app.email
    # ok: terraform-gcp-default-account-full-scope
    scopes = ["cloud-platform"]
  }
}

resource "google_compute_instance" "four" {
  service_account {
    # ok: terraform-gcp-default-account-full-scope
    scopes = ["storage-ro", "logging-write"]
  }
}

resource "google_container_node_pool" "five" {
  node_config {
    service_account = google_service_account.nodes.email
    # ok: terraform-gcp-default-account-full-scope
    oauth_scopes    = ["https://www.googleapis.com/auth/cloud-platform"]
  }
}
