resource "azurerm_mssql_firewall_rule" "all" {
  start_ip_address = "0.0.0.0"
  # ruleid: terraform-azure-database-open
  end_ip_address   = "255.255.255.255"
}

resource "azurerm_postgresql_flexible_server_firewall_rule" "all" {
  # ruleid: terraform-azure-database-open
  end_ip_address   = "255.255.255.255"
  start_ip_address = "0.0.0.0"
}

resource "azurerm_mssql_firewall_rule" "services" {
  start_ip_address = "0.0.0.0"
  # ok: terraform-azure-database-open
  end_ip_address   = "0.0.0.0"
}

resource "azurerm_mssql_firewall_rule" "office" {
  start_ip_address = "203.0.113.10"
  # ok: terraform-azure-database-open
  end_ip_address   = "203.0.113.20"
}

resource "azurerm_mssql_firewall_rule" "variable" {
  start_ip_address = "0.0.0.0"
  # ok: terraform-azure-database-open
  end_ip_address   = var.last
}
