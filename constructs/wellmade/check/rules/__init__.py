"""One rule a module: `queue_visibility.py` defines `RULE` with the id `queue-visibility`.

Beside each stand two templates: `queue_visibility.bad.yaml`, which it finds fault with, and
`queue_visibility.good.yaml`, which no rule finds fault with for that reason.
"""
