"""How APIs are defined and what they let through."""
