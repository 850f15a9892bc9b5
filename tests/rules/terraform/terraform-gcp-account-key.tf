# ruleid: terraform-gcp-account-key
resource "google_service_account_key" "one" {
  service_account_id = google_service_account.ci.name
}

# ok: terraform-gcp-account-key
resource "google_service_account_key" "two" {
  service_account_id = google_service_account.ci.name
  public_key_data    = filebase64("public.pem")
}

# ok: terraform-gcp-account-key
data "google_service_account_key" "three" {
  name = "known"
}
