resource "google_compute_firewall" "ssh" {
  # ruleid: terraform-gcp-admin-port-open
  source_ranges = ["0.0.0.0/0"]
  allow {
    protocol = "tcp"
    ports    = ["80", "22"]
  }
}

resource "google_compute_firewall" "range" {
  allow {
    protocol = "tcp"
    ports    = ["3000-4000"]
  }
  # ruleid: terraform-gcp-admin-port-open
  source_ranges = ["10.0.0.0/8", "::/0"]
}

resource "google_compute_firewall" "all" {
  # ruleid: terraform-gcp-admin-port-open
  source_ranges = ["0.0.0.0/0"]
  allow {
    protocol = "all"
  }
}

resource "google_compute_firewall" "tcp" {
  # ruleid: terraform-gcp-admin-port-open
  source_ranges = ["0.0.0.0/0"]
  allow {
    protocol = "tcp"
  }
}

resource "google_compute_firewall" "web" {
  # ok: terraform-gcp-admin-port-open
  source_ranges = ["0.0.0.0/0"]
  allow {
    protocol = "tcp"
    ports    = ["80", "443"]
  }
}

resource "google_compute_firewall" "inside" {
  # ok: terraform-gcp-admin-port-open
  source_ranges = ["10.0.0.0/8"]
  allow {
    protocol = "tcp"
    ports    = ["22"]
  }
}

resource "google_compute_firewall" "deny" {
  # ok: terraform-gcp-admin-port-open
  source_ranges = ["0.0.0.0/0"]
  deny {
    protocol = "all"
  }
}

resource "google_compute_firewall" "out" {
  direction     = "EGRESS"
  # ok: terraform-gcp-admin-port-open
  source_ranges = ["0.0.0.0/0"]
  allow {
    protocol = "all"
  }
}

resource "google_compute_firewall" "off" {
  disabled      = true
  # ok: terraform-gcp-admin-port-open
  source_ranges = ["0.0.0.0/0"]
  allow {
    protocol = "tcp"
    ports    = ["22"]
  }
}

resource "google_compute_firewall" "ping" {
  # ok: terraform-gcp-admin-port-open
  source_ranges = ["0.0.0.0/0"]
  allow {
    protocol = "icmp"
  }
}

resource "google_compute_firewall" "variable" {
  # ok: terraform-gcp-admin-port-open
  source_ranges = ["0.0.0.0/0"]
  allow {
    protocol = "tcp"
    ports    = var.ports
  }
}
