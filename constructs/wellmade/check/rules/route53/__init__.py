"""Rules about names and health checks."""
