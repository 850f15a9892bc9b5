resource "azurerm_windows_virtual_machine" "one" {
  # ruleid: terraform-azure-literal-password
  admin_password = "Winter2024!x"
}

resource "azurerm_mssql_server" "two" {
  # ruleid: terraform-azure-literal-password
  administrator_login_password = "Winter2024!x"
}

resource "azurerm_virtual_machine" "three" {
  os_profile {
    # ruleid: terraform-azure-literal-password
    admin_password = "Password1234!"
  }
}

resource "azurerm_postgresql_flexible_server" "four" {
  # ok: terraform-azure-literal-password
  administrator_password = var.password
}

resource "azurerm_mssql_server" "five" {
  # ok: terraform-azure-literal-password
  administrator_login_password = "${random_password.db.result}"
}

resource "azurerm_mssql_server" "six" {
  # ok: terraform-azure-literal-password
  administrator_login_password = data.azurerm_key_vault_secret.db.value
}
