resource "azurerm_linux_web_app" "one" {
  https_only = true
  site_config {
    cors {
      # ruleid: terraform-azure-cors-any-origin
      allowed_origins = ["https://shop.example.org", "*"]
    }
  }
}

resource "azurerm_linux_web_app" "two" {
  https_only = true
  site_config {
    cors {
      # ok: terraform-azure-cors-any-origin
      allowed_origins = ["https://shop.example.org"]
    }
  }
}

resource "azurerm_linux_web_app" "three" {
  https_only = true
  site_config {
    cors {
      # ok: terraform-azure-cors-any-origin
      allowed_origins = var.origins
    }
  }
}
