"""Which parts of a value are references, and what is left of an ARN behind the resource that it names."""

from collections.abc import Iterator

from wellmade.graph.resolve.arns import fields
from wellmade.graph.resolve.joining import written
from wellmade.graph.resolve.names import name_and_suffix
from wellmade.graph.resolve.values import Attribute, Either, Text, Value


def attributes(value: Value, *, certain: bool = False) -> Iterator[Attribute]:
    """Yield every reference to a resource inside the value, however deep.

    Args:
        value: Of a property.
        certain: Whether to leave out what stands behind `Fn::If`. Default: both branches count.
    """
    waiting = [value]
    while waiting:
        match waiting.pop():
            case Attribute() as found:
                yield found
            case Text(parts):
                waiting.extend(reversed(parts))
            case Either(_, then, otherwise):
                waiting.extend(() if certain else (otherwise, then))
            case dict() as mapping:
                waiting.extend(reversed(list(mapping.values())))
            case list() as entries:
                waiting.extend(reversed(entries))


def arn_suffix(value: Value) -> Value:
    """Return what follows the resource in an ARN: `/incoming/*` of `${Bucket.Arn}/incoming/*`, else ''.

    The suffix is a `Text` when it holds symbolic parts. A literal ARN gives what follows its resource's name.
    """
    if isinstance(value, Text) and (attribute := first_attribute(value)):
        rest = value.parts[value.parts.index(attribute) + 1 :]
        return rest[0] if len(rest) == 1 else Text(rest) if rest else ""
    parts = fields(written(value))
    return name_and_suffix(parts[2], parts[5])[1] if len(parts) == 6 else ""


def first_attribute(value: Text) -> Attribute | None:
    """Return the first reference of an ARN, a URL or a path below a reference.

    A reference that is only a part of a name, as in `${Api}-orders`, is not what the text means.
    """
    attribute = next((part for part in value.parts if isinstance(part, Attribute)), None)
    lead = value.parts[0]
    if isinstance(lead, Attribute):
        rest = value.parts[1]
        return lead if isinstance(rest, str) and rest[0] in "/:?*#." else None
    if isinstance(lead, str) and (lead.startswith(("arn:", "{{resolve:")) or "://" in lead):
        return attribute
    return None
