"""Take orders from a queue and write an invoice for each, once."""
