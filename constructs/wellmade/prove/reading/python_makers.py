"""How Python makes clients and resources of AWS."""

MAKERS = ("client", "resource", "create_client")
"""Methods of the SDK and of its sessions."""
