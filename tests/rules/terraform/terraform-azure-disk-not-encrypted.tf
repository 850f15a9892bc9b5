resource "azurerm_mssql_database" "one" {
  # ruleid: terraform-azure-disk-not-encrypted
  transparent_data_encryption_enabled = false
}

resource "azurerm_managed_disk" "two" {
  encryption_settings {
    # ruleid: terraform-azure-disk-not-encrypted
    enabled = false
  }
}

resource "azurerm_mssql_database" "three" {
  # ok: terraform-azure-disk-not-encrypted
  transparent_data_encryption_enabled = true
}

resource "azurerm_managed_disk" "four" {
  encryption_settings {
    # ok: terraform-azure-disk-not-encrypted
    enabled = true
  }
}

resource "azurerm_mssql_database" "five" {
  # ok: terraform-azure-disk-not-encrypted
  transparent_data_encryption_enabled = var.encrypt
}
