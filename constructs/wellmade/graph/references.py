"""Which parts of a value are references, and what is left of an ARN behind the resource that it names."""

from collections.abc import Iterator

from wellmade.graph.values import Attribute, Either, Pseudo, Text, Unknown, Value


def attributes(value: Value) -> Iterator[Attribute]:
    """Yield every reference to a resource inside the value, however deep."""
    waiting = [value]
    while waiting:
        match waiting.pop():
            case Attribute() as found:
                yield found
            case Text(parts):
                waiting.extend(reversed(parts))
            case Either(_, then, otherwise):
                waiting.extend((otherwise, then))
            case dict() as mapping:
                waiting.extend(reversed(list(mapping.values())))
            case list() as entries:
                waiting.extend(reversed(entries))


def arn_suffix(value: Value) -> Value:
    """Return what follows the resource in an ARN: `/incoming/*` of `${Bucket.Arn}/incoming/*`, else ''.

    The suffix is a `Text` when it holds symbolic parts. A literal ARN gives what follows its resource's name.
    """
    if isinstance(value, Text):
        first = next((index for index, part in enumerate(value.parts) if isinstance(part, Attribute)), None)
        if first is not None:
            rest = value.parts[first + 1 :]
            return rest[0] if len(rest) == 1 else Text(rest) if rest else ""
        value = "".join(part if isinstance(part, str) else "?" for part in value.parts)
    if isinstance(value, str) and value.startswith("arn:"):
        name = value.split(":", 5)[-1]
        at = name.find("/")
        return name[at:] if at >= 0 else ""
    return ""


def is_symbolic(value: Value) -> bool:
    """Tell whether only the deployment knows the text of this value."""
    return isinstance(value, Attribute | Pseudo | Text | Unknown | Either)
