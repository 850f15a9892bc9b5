resource "azurerm_container_registry" "one" {
  # ruleid: terraform-azure-registry-open-login
  admin_enabled          = true
  # ruleid: terraform-azure-registry-open-login
  anonymous_pull_enabled = "true"
}

resource "azurerm_container_registry" "two" {
  # ok: terraform-azure-registry-open-login
  admin_enabled          = false
  # ok: terraform-azure-registry-open-login
  anonymous_pull_enabled = var.open
}
