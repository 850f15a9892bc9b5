# ruleid: terraform-gcp-old-tls
resource "google_compute_ssl_policy" "one" {
  min_tls_version = "TLS_1_1"
}

# ruleid: terraform-gcp-old-tls
resource "google_compute_ssl_policy" "two" {
  name = "two"
}

# ok: terraform-gcp-old-tls
resource "google_compute_ssl_policy" "three" {
  min_tls_version = "TLS_1_2"
}

# ok: terraform-gcp-old-tls
resource "google_compute_ssl_policy" "four" {
  min_tls_version = var.tls
}
