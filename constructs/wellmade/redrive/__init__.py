"""Send the messages of a dead-letter queue back, after a look at what failed and why.

Why not SQS's own StartMessageMoveTask? It cannot show what it would do, pick messages by their text, stop
after a number of them, or say which one failed. It has its place: to move millions of messages as they are,
start that task instead; it needs no machine of yours.
"""
