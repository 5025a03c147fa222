"""What templates deploy, as IAM sees it: names and ARNs, keys, roles, and what services call."""
