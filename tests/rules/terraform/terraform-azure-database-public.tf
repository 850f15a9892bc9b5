resource "azurerm_mssql_server" "one" {
  # ruleid: terraform-azure-database-public
  public_network_access_enabled = true
}

resource "azurerm_cosmosdb_account" "two" {
  # ruleid: terraform-azure-database-public
  public_network_access_enabled = "true"
}

resource "azurerm_mssql_server" "three" {
  # ok: terraform-azure-database-public
  public_network_access_enabled = false
}

resource "azurerm_mssql_server" "four" {
  # ok: terraform-azure-database-public
  public_network_access_enabled = var.public
}

resource "azurerm_linux_web_app" "five" {
  https_only                    = true
  # ok: terraform-azure-database-public
  public_network_access_enabled = true
}
