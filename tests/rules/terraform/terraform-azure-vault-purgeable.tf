# ruleid: terraform-azure-vault-purgeable
resource "azurerm_key_vault" "one" {
  name = "one"
}

# ruleid: terraform-azure-vault-purgeable
resource "azurerm_key_vault" "two" {
  purge_protection_enabled = false
}

# ok: terraform-azure-vault-purgeable
resource "azurerm_key_vault" "three" {
  purge_protection_enabled = true
}

# ok: terraform-azure-vault-purgeable
resource "azurerm_key_vault" "four" {
  purge_protection_enabled = var.protect
}
