"""Whether what a template connects is allowed to happen: by roles, resource policies, keys and networks."""

__all__ = []
