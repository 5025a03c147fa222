"""What stands between the world and an entry."""

__all__ = ()
