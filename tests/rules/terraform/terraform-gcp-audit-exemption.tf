resource "google_project_iam_audit_config" "one" {
  audit_log_config {
    log_type         = "DATA_READ"
    # ruleid: terraform-gcp-audit-exemption
    exempted_members = ["user:ada@example.org"]
  }
  audit_log_config {
    log_type         = "DATA_WRITE"
    # ok: terraform-gcp-audit-exemption
    exempted_members = []
  }
  audit_log_config {
    log_type         = "ADMIN_READ"
    # ok: terraform-gcp-audit-exemption
    exempted_members = var.exempt
  }
}
