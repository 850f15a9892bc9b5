resource "azurerm_mssql_server_extended_auditing_policy" "one" {
  # ruleid: terraform-azure-short-log-retention
  retention_in_days = 7
}

resource "azurerm_network_watcher_flow_log" "two" {
  retention_policy {
    enabled = true
    # ruleid: terraform-azure-short-log-retention
    days    = "30"
  }
}

resource "azurerm_mssql_server_extended_auditing_policy" "three" {
  # ok: terraform-azure-short-log-retention
  retention_in_days = 90
}

resource "azurerm_mssql_server_extended_auditing_policy" "four" {
  # ok: terraform-azure-short-log-retention
  retention_in_days = 0
}

resource "azurerm_log_analytics_workspace" "five" {
  # ok: terraform-azure-short-log-retention
  retention_in_days = var.days
}

resource "azurerm_storage_account" "six" {
  blob_properties {
    delete_retention_policy {
      # ok: terraform-azure-short-log-retention
      days = 7
    }
  }
}
