"""Writes the policy that a role should have: what is called, on what it is called on, and nothing else."""
