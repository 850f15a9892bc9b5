resource "google_project_iam_member" "one" {
  role   = "roles/viewer"
  # ruleid: terraform-gcp-everyone-has-role
  member = "allUsers"
}

resource "google_kms_crypto_key_iam_binding" "two" {
  role    = "roles/cloudkms.cryptoKeyDecrypter"
  # ruleid: terraform-gcp-everyone-has-role
  members = ["group:app@example.org", "allAuthenticatedUsers"]
}

resource "google_project_iam_member" "three" {
  role   = "roles/viewer"
  # ok: terraform-gcp-everyone-has-role
  member = "group:app@example.org"
}

resource "google_project_iam_binding" "four" {
  role    = "roles/viewer"
  # ok: terraform-gcp-everyone-has-role
  members = var.members
}

resource "google_cloud_run_service_iam_member" "five" {
  role   = "roles/run.invoker"
  # ok: terraform-gcp-everyone-has-role
  member = "allUsers"
}
