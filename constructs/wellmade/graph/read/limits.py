"""What is read at most, so that a hostile or broken template costs a moment and no more.

CloudFormation itself takes templates of 1 MB with 500 resources.
"""

MAX_BYTES = 8 * 1024 * 1024
MAX_DEPTH = 100
MAX_NODES = 1_000_000
MAX_COMPOSED = 1_000
MAX_NESTED = 1_000
