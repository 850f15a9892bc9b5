resource "azurerm_storage_container" "one" {
  # ruleid: terraform-azure-container-public
  container_access_type = "container"
}

resource "azurerm_storage_container" "two" {
  # ruleid: terraform-azure-container-public
  container_access_type = "blob"
}

resource "azurerm_storage_container" "three" {
  # ok: terraform-azure-container-public
  container_access_type = "private"
}

resource "azurerm_storage_container" "four" {
  # ok: terraform-azure-container-public
  container_access_type = var.access
}
