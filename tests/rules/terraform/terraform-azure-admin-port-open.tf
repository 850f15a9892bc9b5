resource "azurerm_network_security_rule" "ssh" {
  access                 = "Allow"
  direction              = "Inbound"
  protocol               = "Tcp"
  destination_port_range = "22"
  # ruleid: terraform-azure-admin-port-open
  source_address_prefix  = "*"
}

resource "azurerm_network_security_rule" "list" {
  access                  = "Allow"
  direction               = "Inbound"
  protocol                = "*"
  destination_port_ranges = ["443", "3000-4000"]
  # ruleid: terraform-azure-admin-port-open
  source_address_prefixes = ["10.0.0.0/8", "0.0.0.0/0"]
}

resource "azurerm_network_security_group" "group" {
  security_rule {
    access                 = "Allow"
    direction              = "Inbound"
    protocol               = "*"
    destination_port_range = "*"
    # ruleid: terraform-azure-admin-port-open
    source_address_prefix  = "Internet"
  }
  security_rule {
    access                 = "Deny"
    direction              = "Inbound"
    protocol               = "*"
    destination_port_range = "*"
    # ok: terraform-azure-admin-port-open
    source_address_prefix  = "*"
  }
  security_rule {
    access                 = "Allow"
    direction              = "Outbound"
    protocol               = "*"
    destination_port_range = "*"
    # ok: terraform-azure-admin-port-open
    source_address_prefix  = "*"
  }
  security_rule {
    access                 = "Allow"
    direction              = "Inbound"
    protocol               = "Tcp"
    destination_port_range = "443"
    # ok: terraform-azure-admin-port-open
    source_address_prefix  = "*"
  }
  security_rule {
    access                 = "Allow"
    direction              = "Inbound"
    protocol               = "Tcp"
    destination_port_range = "22"
    # ok: terraform-azure-admin-port-open
    source_address_prefix  = "VirtualNetwork"
  }
  dynamic "security_rule" {
    for_each = var.rules
    content {
      access                 = "Allow"
      direction              = "Inbound"
      protocol               = "Tcp"
      destination_port_range = "3389"
      # ruleid: terraform-azure-admin-port-open
      source_address_prefix  = "0.0.0.0/0"
    }
  }
  dynamic "security_rule" {
    for_each = var.rules
    content {
      access                 = "Allow"
      direction              = "Inbound"
      protocol               = "Tcp"
      destination_port_range = security_rule.value
      # ok: terraform-azure-admin-port-open
      source_address_prefix  = "*"
    }
  }
}
