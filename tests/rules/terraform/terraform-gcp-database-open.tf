resource "google_sql_database_instance" "one" {
  settings {
    ip_configuration {
      authorized_networks {
        name  = "all"
        # ruleid: terraform-gcp-database-open
        value = "0.0.0.0/0"
      }
      authorized_networks {
        name  = "office"
        # ok: terraform-gcp-database-open
        value = "203.0.113.0/24"
      }
      dynamic "authorized_networks" {
        for_each = var.networks
        content {
          # ok: terraform-gcp-database-open
          value = authorized_networks.value
        }
      }
    }
  }
}
