"""One rule a module, in the folder of its service: `sqs/queue_visibility.py` defines `queue-visibility`.

Beside each stand two templates: `queue_visibility.bad.yaml`, in which a comment above each resource says what
the rule finds there (`# found at Orders Properties.VisibilityTimeout: is 60 s, …`), and
`queue_visibility.good.yaml`, which no rule finds fault with for that reason.
"""
