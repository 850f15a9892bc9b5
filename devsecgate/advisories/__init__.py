"""OSV records: reading them, comparing versions, matching packages against them."""
