# ruleid: terraform-azure-app-https-missing
resource "azurerm_linux_web_app" "one" {
  name = "one"
}

# ruleid: terraform-azure-app-https-missing
resource "azurerm_windows_function_app" "two" {
  name = "two"
}

# ok: terraform-azure-app-https-missing
resource "azurerm_linux_web_app" "three" {
  https_only = true
}

# ok: terraform-azure-app-https-missing
resource "azurerm_linux_web_app" "four" {
  https_only = var.https
}
