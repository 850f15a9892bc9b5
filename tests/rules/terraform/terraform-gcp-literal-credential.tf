resource "google_sql_user" "one" {
  # ruleid: terraform-gcp-literal-credential
  password = "Winter2024!x"
}

resource "google_sql_database_instance" "two" {
  # ruleid: terraform-gcp-literal-credential
  root_password = "changeme"
}

provider "google" {
  # ruleid: terraform-gcp-literal-credential
  access_token = "ya29.abcdefghijklmnop"
}

provider "google" {
  # ok: terraform-gcp-literal-credential
  credentials = file("account.json")
}

resource "google_sql_user" "three" {
  # ok: terraform-gcp-literal-credential
  password = var.password
}

resource "google_sql_user" "four" {
  # ok: terraform-gcp-literal-credential
  password = "${random_password.app.result}"
}
