resource "google_sql_database_instance" "one" {
  settings {
    ip_configuration {
      # ruleid: terraform-gcp-database-public-address
      ipv4_enabled = true
    }
  }
}

resource "google_sql_database_instance" "two" {
  settings {
    ip_configuration {
      # ok: terraform-gcp-database-public-address
      ipv4_enabled = false
    }
  }
}

resource "google_sql_database_instance" "three" {
  settings {
    ip_configuration {
      # ok: terraform-gcp-database-public-address
      ipv4_enabled = var.public
    }
  }
}
