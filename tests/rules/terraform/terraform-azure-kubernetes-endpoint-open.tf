# ruleid: terraform-azure-kubernetes-endpoint-open
resource "azurerm_kubernetes_cluster" "one" {
  name = "one"
}

# ruleid: terraform-azure-kubernetes-endpoint-open
resource "azurerm_kubernetes_cluster" "two" {
  api_server_access_profile {
    authorized_ip_ranges = ["0.0.0.0/0"]
  }
}

# ok: terraform-azure-kubernetes-endpoint-open
resource "azurerm_kubernetes_cluster" "three" {
  private_cluster_enabled = true
}

# ok: terraform-azure-kubernetes-endpoint-open
resource "azurerm_kubernetes_cluster" "four" {
  api_server_access_profile {
    authorized_ip_ranges = var.networks
  }
}

# ok: terraform-azure-kubernetes-endpoint-open
resource "azurerm_kubernetes_cluster" "five" {
  private_cluster_enabled = var.private
}
