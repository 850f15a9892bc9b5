# ruleid: terraform-gcp-key-not-rotated
resource "google_kms_crypto_key" "one" {
  name = "one"
}

# ok: terraform-gcp-key-not-rotated
resource "google_kms_crypto_key" "two" {
  rotation_period = "7776000s"
}

# ok: terraform-gcp-key-not-rotated
resource "google_kms_crypto_key" "three" {
  purpose = "ASYMMETRIC_SIGN"
}

# ok: terraform-gcp-key-not-rotated
resource "google_kms_crypto_key" "four" {
  rotation_period = var.period
}
