"""Take orders over HTTP, keep them in PostgreSQL, and hand each to a queue exactly when it is kept."""
