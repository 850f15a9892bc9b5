resource "azurerm_windows_web_app" "one" {
  https_only = true
  site_config {
    # ruleid: terraform-azure-remote-debugging
    remote_debugging_enabled = true
  }
}

resource "azurerm_windows_web_app" "two" {
  https_only = true
  site_config {
    # ok: terraform-azure-remote-debugging
    remote_debugging_enabled = false
  }
}

resource "azurerm_windows_web_app" "three" {
  https_only = true
  site_config {
    # ok: terraform-azure-remote-debugging
    remote_debugging_enabled = var.debug
  }
}
