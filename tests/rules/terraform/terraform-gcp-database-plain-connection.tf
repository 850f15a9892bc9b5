resource "google_sql_database_instance" "one" {
  settings {
    ip_configuration {
      # ruleid: terraform-gcp-database-plain-connection
      ssl_mode = "ALLOW_UNENCRYPTED_AND_ENCRYPTED"
    }
  }
}

resource "google_sql_database_instance" "two" {
  settings {
    ip_configuration {
      # ruleid: terraform-gcp-database-plain-connection
      require_ssl = false
    }
  }
}

resource "google_sql_database_instance" "three" {
  settings {
    ip_configuration {
      # ok: terraform-gcp-database-plain-connection
      require_ssl = false
      # ok: terraform-gcp-database-plain-connection
      ssl_mode    = "ENCRYPTED_ONLY"
    }
  }
}

resource "google_sql_database_instance" "four" {
  settings {
    ip_configuration {
      # ok: terraform-gcp-database-plain-connection
      require_ssl = true
    }
  }
}
