resource "google_bigquery_dataset" "one" {
  access {
    role          = "READER"
    # ruleid: terraform-gcp-dataset-public
    special_group = "allAuthenticatedUsers"
  }
  access {
    role          = "OWNER"
    # ok: terraform-gcp-dataset-public
    special_group = "projectOwners"
  }
}

resource "google_bigquery_dataset_access" "two" {
  # ruleid: terraform-gcp-dataset-public
  iam_member = "allUsers"
}

resource "google_bigquery_dataset_access" "three" {
  # ok: terraform-gcp-dataset-public
  iam_member = "group:sales@example.org"
}
