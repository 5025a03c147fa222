"""Time that nobody needs to wait for: `--fast` makes it shorter, and a redeployed function ends it."""
