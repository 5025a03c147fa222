"""Limits, formulas, names and prices that constructs and rules both know; plain Python, no CDK."""
