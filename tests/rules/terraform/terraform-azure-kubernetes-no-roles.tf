resource "azurerm_kubernetes_cluster" "one" {
  # ruleid: terraform-azure-kubernetes-no-roles
  role_based_access_control_enabled = false
}

resource "azurerm_kubernetes_cluster" "two" {
  # ok: terraform-azure-kubernetes-no-roles
  role_based_access_control_enabled = true
}

resource "azurerm_kubernetes_cluster" "three" {
  # ok: terraform-azure-kubernetes-no-roles
  role_based_access_control_enabled = var.roles
}
