"""Where contracts are read from: JSON Schema, EventBridge's registry, OpenAPI 3 and AsyncAPI 3."""
