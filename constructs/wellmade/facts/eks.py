"""What EKS takes: versions of Kubernetes, and what runs on Fargate."""

import json
import re
import sys
from datetime import date, timedelta
from functools import cache
from importlib import resources

SOURCE = "https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html"
"""Of versions and of the days on which their standard support ends."""
SOON = timedelta(days=180)
"""Within which a cluster should be on its way to the next version."""

DAEMON_ADDONS = (
    "amazon-cloudwatch-observability",
    "aws-ebs-csi-driver",
    "aws-guardduty-agent",
    "aws-mountpoint-s3-csi-driver",
    "eks-node-monitoring-agent",
    "eks-pod-identity-agent",
)
"""Add-ons that run on every node by a DaemonSet, which Fargate does not have.

Source: https://docs.aws.amazon.com/eks/latest/userguide/fargate.html
"""


@cache
def _table() -> tuple[date, dict[str, date]]:
    table = json.loads((resources.files("wellmade.facts") / "eks_versions.json").read_text())
    ends = table["standard_support_until"]
    return date.fromisoformat(table["as_of"]), {
        version: date.fromisoformat(day) for version, day in ends.items()
    }


def standard_support_ends(version: str) -> date | None:
    """Return the last day of a version's standard support; None where the table does not have it."""
    return _table()[1].get(version)


def newest_version() -> str:
    """Return the version that is supported for longest."""
    ends = _table()[1]
    return max(ends, key=lambda version: ends[version])


def leaves_support_soon(version: str) -> date | None:
    """Return when a version leaves standard support, where that is within half a year of the table's date.

    One from before those of the table left it before the oldest of them did, whose day is returned.
    """
    as_of, ends = _table()
    known = {_parts(each): end for each, end in ends.items()}
    end = min(known.values()) if _parts(version) < min(known) else ends.get(version)
    return end if end is not None and end - as_of < SOON else None


def left_standard_support(version: str) -> bool:
    """Tell whether standard support had ended on the table's date: extended support is paid for."""
    end = leaves_support_soon(version)
    return end is not None and end < _table()[0]


def _parts(version: str) -> tuple[int, ...]:
    """Return a version's numbers, by which it is compared; of text that is none, those of a newest one."""
    return tuple(map(int, version.split("."))) if is_version(version) else (sys.maxsize,)


def is_version(text: str) -> bool:
    """Tell whether text is a version as EKS writes it."""
    return re.fullmatch(r"\d+\.\d+", text) is not None
