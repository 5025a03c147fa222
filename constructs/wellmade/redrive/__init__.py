"""Send the messages of a dead-letter queue back, after a look at what failed and why.

A message goes back only to the queue that it came from; what it is beside SQS's own StartMessageMoveTask, and
when that is the better choice, stands in docs/redrive.md.
"""
