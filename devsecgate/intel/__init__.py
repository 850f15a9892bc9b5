"""Intelligence about vulnerabilities: which of them are exploited."""
