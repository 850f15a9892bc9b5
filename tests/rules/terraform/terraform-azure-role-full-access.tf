resource "azurerm_role_definition" "one" {
  permissions {
    # ruleid: terraform-azure-role-full-access
    actions = ["*"]
  }
}

resource "azurerm_role_definition" "two" {
  permissions {
    # ok: terraform-azure-role-full-access
    actions = ["*/read"]
  }
}

resource "azurerm_role_definition" "three" {
  permissions {
    # ok: terraform-azure-role-full-access
    actions     = ["*"]
    not_actions = ["Microsoft.Authorization/*/Write"]
  }
}
