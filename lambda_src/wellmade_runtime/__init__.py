"""What Lambda handlers may import: batches, idempotency, compensation, counters, contracts, secrets, logs.

Import the module that you need, such as `wellmade_runtime.batch`; this package itself imports nothing, so
that a handler starts with what it uses and no more. An archive holds the modules that its handler imports,
and the packages that these need.
"""
