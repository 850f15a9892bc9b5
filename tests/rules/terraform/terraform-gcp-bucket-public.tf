resource "google_storage_bucket_iam_member" "one" {
  # ruleid: terraform-gcp-bucket-public
  member = "allUsers"
}

resource "google_storage_bucket_iam_binding" "two" {
  # ruleid: terraform-gcp-bucket-public
  members = ["allAuthenticatedUsers"]
}

resource "google_storage_bucket_access_control" "three" {
  # ruleid: terraform-gcp-bucket-public
  entity = "allUsers"
}

resource "google_storage_bucket_acl" "four" {
  # ruleid: terraform-gcp-bucket-public
  predefined_acl = "publicRead"
}

resource "google_storage_bucket_acl" "five" {
  # ruleid: terraform-gcp-bucket-public
  role_entity = ["READER:allUsers"]
}

resource "google_storage_bucket_iam_member" "six" {
  # ok: terraform-gcp-bucket-public
  member = google_service_account.app.member
}

resource "google_storage_bucket_iam_binding" "seven" {
  # ok: terraform-gcp-bucket-public
  members = ["group:data@example.org"]
}

resource "google_storage_bucket_acl" "eight" {
  # ok: terraform-gcp-bucket-public
  predefined_acl = "projectPrivate"
  # ok: terraform-gcp-bucket-public
  role_entity    = ["READER:group-data@example.org"]
}

resource "google_storage_bucket_iam_member" "nine" {
  # ok: terraform-gcp-bucket-public
  member = var.public ? "allUsers" : "group:data@example.org"
}
