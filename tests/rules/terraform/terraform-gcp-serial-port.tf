resource "google_compute_instance" "one" {
  metadata = {
    foo                = "bar"
    # ruleid: terraform-gcp-serial-port
    serial-port-enable = "TRUE"
  }
}

resource "google_compute_instance" "two" {
  metadata = {
    # ruleid: terraform-gcp-serial-port
    serial-port-enable = true
  }
}

resource "google_compute_instance_template" "three" {
  metadata = {
    # ok: terraform-gcp-serial-port
    serial-port-enable = "FALSE"
  }
}

resource "google_compute_instance" "four" {
  metadata = {
    # ok: terraform-gcp-serial-port
    serial-port-enable = var.serial
  }
}
