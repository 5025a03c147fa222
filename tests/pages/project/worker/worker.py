"""A function of the reader, whose file `wellmade local watch` looks at."""


def handler(event: object, _context: object) -> object:
    """Give back what came."""
    return event
