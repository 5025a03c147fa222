"""Types for consumers, in Python and TypeScript, written from contracts."""
