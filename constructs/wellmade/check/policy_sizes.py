"""How long a policy is at least."""

import json

from wellmade.graph import Text, Value


def fewest_characters(content: Value, *, counts_spaces: bool) -> int:
    """Return the fewest characters that a policy can have; what is unknown counts as none.

    Args:
        content: The document, as text or as written in the template.
        counts_spaces: Whether white space counts, where the document is text.
    """
    match content:
        case str():
            return _length(content, counts_spaces=counts_spaces)
        case Text():
            return _length(_literal(content), counts_spaces=counts_spaces)
        case dict():
            text = json.dumps(content, separators=(",", ":"), default=_literal, ensure_ascii=False)
            return _length(text, counts_spaces=counts_spaces)
    return 0


def _literal(value: object) -> str:
    """Return what is known of a text; nothing of a reference."""
    parts = value.parts if isinstance(value, Text) else ()
    return "".join(part for part in parts if isinstance(part, str))


def _length(text: str, *, counts_spaces: bool) -> int:
    return len(text if counts_spaces else "".join(text.split()))
