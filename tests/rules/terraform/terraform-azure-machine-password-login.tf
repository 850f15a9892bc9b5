resource "azurerm_linux_virtual_machine" "one" {
  # ruleid: terraform-azure-machine-password-login
  disable_password_authentication = false
}

resource "azurerm_virtual_machine" "two" {
  os_profile_linux_config {
    # ruleid: terraform-azure-machine-password-login
    disable_password_authentication = "false"
  }
}

resource "azurerm_linux_virtual_machine" "three" {
  # ok: terraform-azure-machine-password-login
  disable_password_authentication = true
}

resource "azurerm_linux_virtual_machine" "four" {
  # ok: terraform-azure-machine-password-login
  disable_password_authentication = var.keys_only
}
