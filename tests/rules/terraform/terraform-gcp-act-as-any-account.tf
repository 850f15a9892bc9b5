resource "google_project_iam_member" "one" {
  # ruleid: terraform-gcp-act-as-any-account
  role = "roles/iam.serviceAccountUser"
}

resource "google_folder_iam_binding" "two" {
  # ruleid: terraform-gcp-act-as-any-account
  role = "roles/iam.serviceAccountTokenCreator"
}

resource "google_service_account_iam_member" "three" {
  # ok: terraform-gcp-act-as-any-account
  role = "roles/iam.serviceAccountUser"
}

resource "google_project_iam_member" "four" {
  # ok: terraform-gcp-act-as-any-account
  role = "roles/iam.serviceAccountViewer"
}
