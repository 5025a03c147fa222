"""Names that only tests have: what arrives in an event is called there whatever its author liked."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from wellmade.prove.deployed.naming import Naming
from wellmade.prove.deployed.unknowns import has_unknown
from wellmade.prove.reading.sites import Site

_SEPARATORS = ("", "/", ":")


def invented(naming: Naming, sites: Iterable[Site], told: Collection[str]) -> Callable[[str], bool]:
    """Return what tells whether an ARN names something that neither a template nor the code names.

    Args:
        naming: What is deployed is called.
        sites: Of the code, whose literals are as good as names of templates.
        told: ARNs on which services call, which the template tells.
    """
    deployed = sorted(set(naming.by_name.values()))
    literals = {_path(text) for site in sites for each in site.arguments.values() for text in _texts(each)}

    def is_invented(arn: str) -> bool:
        if arn in told or "*" in arn or has_unknown(arn) or any(text in _path(arn) for text in literals):
            return False
        return not any(arn.startswith(each) and arn[len(each) :][:1] in _SEPARATORS for each in deployed)

    return is_invented


def told_texts(sites: Iterable[Site]) -> frozenset[str]:
    """Return the texts that the code's calls name, as they stand there."""
    return frozenset(text for site in sites for each in site.arguments.values() for text in _texts(each))


def _path(name: str) -> str:
    """Return a name or an ARN so that one stands in the other by whole parts alone."""
    return f"/{name.replace(':', '/').strip('/')}/"


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield from [value] if value else []
    elif isinstance(value, Mapping):
        for key, each in value.items():
            yield from _texts(key)
            yield from _texts(each)
    elif isinstance(value, Sequence):
        for each in value:
            yield from _texts(each)
