"""What AWS refuses: calls without permission, and what is too large or takes too long."""
