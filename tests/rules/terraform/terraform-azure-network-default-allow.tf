resource "azurerm_storage_account" "one" {
  network_rules {
    # ruleid: terraform-azure-network-default-allow
    default_action = "Allow"
  }
}

resource "azurerm_key_vault" "two" {
  purge_protection_enabled = true
  network_acls {
    # ruleid: terraform-azure-network-default-allow
    default_action = "Allow"
  }
}

resource "azurerm_storage_account_network_rules" "three" {
  # ok: terraform-azure-network-default-allow
  default_action = "Deny"
}

resource "azurerm_key_vault" "four" {
  purge_protection_enabled = true
  network_acls {
    # ok: terraform-azure-network-default-allow
    default_action = "Deny"
  }
}
