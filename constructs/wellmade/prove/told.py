"""What `wellmade.toml` tells of libraries that call AWS: it is asked for, and shown as told."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from wellmade.prove.calls import Need
from wellmade.prove.deployed.naming import Naming
from wellmade.prove.policy import Value
from wellmade.prove.policy.arns import SEGMENTS, segments
from wellmade.prove.policy.request import owner_of
from wellmade.prove.reading.sites import Unread
from wellmade.prove.report import Asked, asked_by

_KINDS = ("the library ", "the package ")
"""What stands before the names of libraries that nobody knows."""


class Told:
    """What is told of the libraries that one workload uses.

    Args:
        libraries: What each needs, by the name that the report shows.
        unread: Everything that the workload may call and that no line tells.
    """

    def __init__(self, libraries: Mapping[str, Sequence[Need]], unread: Iterable[Unread]) -> None:
        used = dict.fromkeys(map(_library, unread))
        self._needs: dict[str, Sequence[Need]] = {name: libraries[name] for name in used if name in libraries}

    def without(self, unread: Iterable[Unread]) -> list[Unread]:
        """Return what nobody told."""
        return [each for each in unread if _library(each) not in self._needs]

    def asked(self, naming: Naming) -> Iterator[Asked]:
        """Yield what is told, as it is asked of AWS."""
        for name, needs in self._needs.items():
            for need in needs:
                context = general_context(need.resource, naming)
                yield asked_by(name, need.action, need.resource, required=True, context=context)

    @property
    def lines(self) -> list[str]:
        """What is told, for people."""
        return [f"{name} calls {_listed(needs)}" for name, needs in self._needs.items()]


def general_context(resource: str, naming: Naming) -> dict[str, Value]:
    """Return the condition keys of what everybody asks: over TLS, where the ARN lies or else here."""
    parts = segments(resource)
    region = parts[3] if len(parts) == SEGMENTS else ""
    return {
        "aws:SecureTransport": True,
        "aws:RequestedRegion": region or naming.region,
        "aws:ResourceAccount": owner_of(resource) or naming.account,
        "aws:ViaAWSService": False,
    }


def _library(unread: Unread) -> str:
    kind = next((each for each in _KINDS if unread.what.startswith(each)), "")
    return unread.what.removeprefix(kind)


def _listed(needs: Sequence[Need]) -> str:
    return ", ".join(f"{need.action} on {need.resource}" for need in needs) or "nothing of AWS"
