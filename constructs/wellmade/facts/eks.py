"""What EKS takes: versions of Kubernetes, and what runs on Fargate."""

import json
import re
import sys
from datetime import date, timedelta
from functools import cache
from importlib import resources

A_YEAR = timedelta(days=365)
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


def versions_with_a_year() -> list[str]:
    """Return the versions with a year of standard support on the date of the table; else the newest alone.

    EKS supports a version for 14 months, so that for most of the time no version has a year left. The table's
    own date decides and not today's, so that the same app synthesizes tomorrow.
    """
    as_of, ends = _table()
    lasting = [version for version, end in ends.items() if end - as_of >= A_YEAR]
    return lasting or [newest_version()]


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
    return tuple(map(int, version.split("."))) if re.fullmatch(r"\d+\.\d+", version) else (sys.maxsize,)
