"""AWS reference architectures for CDK in Python: import them, run them on a laptop, prove them."""
