"""How stacks change."""
