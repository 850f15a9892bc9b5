provider "azurerm" {
  # ruleid: terraform-azure-provider-credentials
  client_secret = "Xq8~mZ7Lw2kP3vQ9zT1uW7xY5bN8mC2d"
  features {}
}

terraform {
  backend "azurerm" {
    # ruleid: terraform-azure-provider-credentials
    access_key = "Xq8mZ7Lw2kP3vQ9zT1uW7xY5bN8mC2dA=="
  }
}

provider "azuread" {
  # ok: terraform-azure-provider-credentials
  client_secret = var.client_secret
}

provider "azurerm" {
  # ok: terraform-azure-provider-credentials
  client_secret = "${var.client_secret}"
  features {}
}

data "azuread_service_principal" "other" {
  # ok: terraform-azure-provider-credentials
  client_secret = "not a provider"
}
