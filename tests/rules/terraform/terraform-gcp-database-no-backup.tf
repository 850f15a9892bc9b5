resource "google_sql_database_instance" "one" {
  settings {
    backup_configuration {
      # ruleid: terraform-gcp-database-no-backup
      enabled = false
    }
    insights_config {
      # ok: terraform-gcp-database-no-backup
      query_insights_enabled = false
    }
  }
}

resource "google_sql_database_instance" "two" {
  settings {
    backup_configuration {
      # ok: terraform-gcp-database-no-backup
      enabled = true
    }
  }
}

resource "google_sql_database_instance" "replica" {
  master_instance_name = google_sql_database_instance.two.name
  settings {
    backup_configuration {
      # ok: terraform-gcp-database-no-backup
      enabled = false
    }
  }
}
