resource "google_project_iam_member" "one" {
  # ruleid: terraform-gcp-basic-role
  role   = "roles/owner"
  member = "user:ada@example.org"
}

resource "google_organization_iam_binding" "two" {
  # ruleid: terraform-gcp-basic-role
  role    = "roles/editor"
  members = [google_service_account.ci.member]
}

resource "google_project_iam_member" "three" {
  # ok: terraform-gcp-basic-role
  role   = "roles/viewer"
  member = "user:ada@example.org"
}

resource "google_project_iam_member" "four" {
  for_each = toset(var.roles)
  # ok: terraform-gcp-basic-role
  role     = each.value
  member   = "user:ada@example.org"
}
