"""What an ARN names: one resource, those under a name, or all of a kind."""

import re

from constructs import IConstruct

from wellmade.kit.lookups import references_in, stack_of
from wellmade.kit.texts import texts_of

_TOKEN = re.compile(r"^\$\{Token\[[^\]]*\]\}")
_KIND = re.compile(r"^[a-z][a-zA-Z-]*[/:]")


def names_no_resource(arn: str) -> bool:
    """Tell whether an ARN leaves open which resource it means, such as `arn:aws:s3:::*` or `…:table/*`.

    `?` stands for any character, as `*` does for any number. A wildcard behind a name, for keys of a bucket
    or streams of a log group, leaves nothing open. References stand in the ARN as tokens, which name
    something.
    """
    arn = arn.replace("?", "*")
    if "*" not in arn:
        return False
    if _TOKEN.match(arn) and not arn.split("}", 1)[1].startswith(":"):
        return arn.split("}", 1)[1].startswith("*")
    parts = arn.split(":", 5)
    if len(parts) < 6:
        return True
    _, _, service, region, account, resource = parts
    if "*" in service + region + account:
        return True
    name = resource if service == "s3" else _KIND.sub("", resource, count=1)
    return name.split("/", 1)[0].startswith("*") or (service == "s3" and "*" in name.split("/", 1)[0])


def is_arn(text: str) -> bool:
    """Tell whether a text is an ARN, a reference to one, or the `*` of calls that know no resource."""
    return text == "*" or text.startswith("arn:") or bool(_TOKEN.match(text))


def readable(scope: IConstruct, text: str) -> list[str]:
    """Return what an action or an ARN may read; `Fn.join`, `Fn.sub` and the like are worked out.

    References stay: they name something.
    """
    if "${Token[" not in text:
        return [text]
    _, has_others = references_in(text)
    if not has_others:
        return [text]
    return texts_of(stack_of(scope).resolve(text))
