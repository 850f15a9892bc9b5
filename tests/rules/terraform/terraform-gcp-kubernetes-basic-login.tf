resource "google_container_cluster" "one" {
  master_auth {
    # ruleid: terraform-gcp-kubernetes-basic-login
    username = "admin"
    password = var.password
    client_certificate_config {
      # ruleid: terraform-gcp-kubernetes-basic-login
      issue_client_certificate = true
    }
  }
}

resource "google_container_cluster" "two" {
  master_auth {
    # ok: terraform-gcp-kubernetes-basic-login
    username = ""
    password = ""
    client_certificate_config {
      # ok: terraform-gcp-kubernetes-basic-login
      issue_client_certificate = false
    }
  }
}
