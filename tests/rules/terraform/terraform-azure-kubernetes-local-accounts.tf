# ruleid: terraform-azure-kubernetes-local-accounts
resource "azurerm_kubernetes_cluster" "one" {
  name = "one"
}

# ruleid: terraform-azure-kubernetes-local-accounts
resource "azurerm_kubernetes_cluster" "two" {
  local_account_disabled = false
}

# ok: terraform-azure-kubernetes-local-accounts
resource "azurerm_kubernetes_cluster" "three" {
  local_account_disabled = true
}

# ok: terraform-azure-kubernetes-local-accounts
resource "azurerm_kubernetes_cluster" "four" {
  local_account_disabled = var.no_local
}
