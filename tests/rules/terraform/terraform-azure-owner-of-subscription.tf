resource "azurerm_role_assignment" "one" {
  scope                = data.azurerm_subscription.main.id
  # ruleid: terraform-azure-owner-of-subscription
  role_definition_name = "Owner"
}

resource "azurerm_role_assignment" "two" {
  scope                = "/subscriptions/${var.subscription}"
  # ruleid: terraform-azure-owner-of-subscription
  role_definition_name = "User Access Administrator"
}

resource "azurerm_role_assignment" "three" {
  scope                = azurerm_resource_group.app.id
  # ok: terraform-azure-owner-of-subscription
  role_definition_name = "Owner"
}

resource "azurerm_role_assignment" "four" {
  scope                = data.azurerm_subscription.main.id
  # ok: terraform-azure-owner-of-subscription
  role_definition_name = "Reader"
}

resource "azurerm_role_assignment" "five" {
  scope                = "/subscriptions/${var.subscription}/resourceGroups/app"
  # ok: terraform-azure-owner-of-subscription
  role_definition_name = "Owner"
}
