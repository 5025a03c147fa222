"""From files to templates as they are written: cloud assemblies, JSON, YAML, nested stacks, macros."""

__all__ = []
