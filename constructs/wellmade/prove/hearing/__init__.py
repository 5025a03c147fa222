"""Hears AWS calls as tests make them: of clients, of their stand-ins, and of requests signed by hand."""
