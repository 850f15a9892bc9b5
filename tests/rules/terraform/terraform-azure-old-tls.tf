resource "azurerm_storage_account" "one" {
  # ruleid: terraform-azure-old-tls
  min_tls_version = "TLS1_0"
}

resource "azurerm_mssql_server" "two" {
  # ruleid: terraform-azure-old-tls
  minimum_tls_version = "1.0"
}

resource "azurerm_linux_web_app" "three" {
  https_only = true
  site_config {
    # ruleid: terraform-azure-old-tls
    minimum_tls_version = 1.1
  }
}

resource "azurerm_postgresql_server" "four" {
  # ruleid: terraform-azure-old-tls
  ssl_minimal_tls_version_enforced = "TLSEnforcementDisabled"
}

resource "azurerm_storage_account" "five" {
  # ok: terraform-azure-old-tls
  min_tls_version = "TLS1_2"
}

resource "azurerm_redis_cache" "six" {
  # ok: terraform-azure-old-tls
  minimum_tls_version = "1.2"
}

resource "azurerm_mssql_server" "seven" {
  # ok: terraform-azure-old-tls
  minimum_tls_version = var.tls
}

resource "azurerm_linux_web_app" "eight" {
  https_only = true
  site_config {
    # ok: terraform-azure-old-tls
    minimum_tls_version = "1.3"
  }
}
