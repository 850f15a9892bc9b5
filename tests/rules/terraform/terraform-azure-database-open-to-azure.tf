resource "azurerm_mssql_firewall_rule" "one" {
  start_ip_address = "0.0.0.0"
  # ruleid: terraform-azure-database-open-to-azure
  end_ip_address   = "0.0.0.0"
}

resource "azurerm_mysql_flexible_server_firewall_rule" "two" {
  start_ip_address = "0.0.0.0"
  # ruleid: terraform-azure-database-open-to-azure
  end_ip_address   = "0.0.0.0"
}

resource "azurerm_mssql_firewall_rule" "three" {
  start_ip_address = "10.0.0.4"
  # ok: terraform-azure-database-open-to-azure
  end_ip_address   = "10.0.0.4"
}

resource "azurerm_mssql_firewall_rule" "four" {
  start_ip_address = var.first
  # ok: terraform-azure-database-open-to-azure
  end_ip_address   = "0.0.0.0"
}
