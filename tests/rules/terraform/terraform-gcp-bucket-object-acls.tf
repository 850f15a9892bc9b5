resource "google_storage_bucket" "one" {
  # ruleid: terraform-gcp-bucket-object-acls
  uniform_bucket_level_access = false
}

resource "google_storage_bucket" "two" {
  # ruleid: terraform-gcp-bucket-object-acls
  bucket_policy_only = "false"
}

resource "google_storage_bucket" "three" {
  # ok: terraform-gcp-bucket-object-acls
  uniform_bucket_level_access = true
}

resource "google_storage_bucket" "four" {
  # ok: terraform-gcp-bucket-object-acls
  uniform_bucket_level_access = var.uniform
}
