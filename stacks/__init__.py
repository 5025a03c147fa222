"""Reference architectures, one deployable stack a file: pure wiring of constructs."""
