resource "google_compute_project_metadata" "one" {
  metadata = {
    # ruleid: terraform-gcp-os-login-off
    enable-oslogin = "FALSE"
  }
}

resource "google_compute_instance" "two" {
  metadata = {
    # ruleid: terraform-gcp-os-login-off
    enable-oslogin = false
  }
}

resource "google_compute_instance" "three" {
  metadata = {
    # ok: terraform-gcp-os-login-off
    enable-oslogin = "TRUE"
  }
}

resource "google_compute_instance" "four" {
  metadata = {
    # ok: terraform-gcp-os-login-off
    enable-oslogin = var.login
  }
}
