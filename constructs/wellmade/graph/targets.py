"""Which reference inside a text is the one that the text means."""

from wellmade.graph.values import Attribute, Text


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
