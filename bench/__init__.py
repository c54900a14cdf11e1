"""How fast a scan is, measured against a bare handler that does the same work in the database."""
