"""Manifests and lockfiles of the scanned project: read as text, never installed, built or run."""
