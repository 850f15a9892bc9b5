resource "azurerm_storage_account" "one" {
  # ruleid: terraform-azure-storage-public-allowed
  allow_nested_items_to_be_public = true
}

resource "azurerm_storage_account" "two" {
  # ruleid: terraform-azure-storage-public-allowed
  allow_blob_public_access = "true"
}

resource "azurerm_storage_account" "three" {
  # ok: terraform-azure-storage-public-allowed
  allow_nested_items_to_be_public = false
}

resource "azurerm_storage_account" "four" {
  # ok: terraform-azure-storage-public-allowed
  allow_nested_items_to_be_public = var.public
}
