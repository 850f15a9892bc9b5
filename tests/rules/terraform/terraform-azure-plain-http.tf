resource "azurerm_storage_account" "one" {
  # ruleid: terraform-azure-plain-http
  https_traffic_only_enabled = false
}

resource "azurerm_linux_web_app" "two" {
  # ruleid: terraform-azure-plain-http
  https_only = false
  site_config {
    # ruleid: terraform-azure-plain-http
    ftps_state = "AllAllowed"
  }
}

resource "azurerm_redis_cache" "three" {
  # ruleid: terraform-azure-plain-http
  enable_non_ssl_port = true
}

resource "azurerm_postgresql_flexible_server_configuration" "four" {
  name  = "require_secure_transport"
  # ruleid: terraform-azure-plain-http
  value = "off"
}

resource "azurerm_storage_account" "five" {
  # ok: terraform-azure-plain-http
  https_traffic_only_enabled = true
}

resource "azurerm_linux_web_app" "six" {
  # ok: terraform-azure-plain-http
  https_only = true
  site_config {
    # ok: terraform-azure-plain-http
    ftps_state = "FtpsOnly"
  }
}

resource "azurerm_redis_cache" "seven" {
  # ok: terraform-azure-plain-http
  non_ssl_port_enabled = false
}

resource "azurerm_postgresql_flexible_server_configuration" "eight" {
  name  = "log_checkpoints"
  # ok: terraform-azure-plain-http
  value = "off"
}
