"""Texts of manifests and wanted upgrades in; edits, commands, and what neither can do, out."""
