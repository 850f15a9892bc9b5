resource "google_compute_instance" "one" {
  # ruleid: terraform-gcp-ip-forwarding
  can_ip_forward = true
}

resource "google_compute_instance" "two" {
  # ok: terraform-gcp-ip-forwarding
  can_ip_forward = false
}

resource "google_compute_instance_template" "three" {
  # ok: terraform-gcp-ip-forwarding
  can_ip_forward = var.router
}
