"""Which modules a function has without an archive: of its Python, and of Lambda's runtime."""

import sys

from wellmade.kit.packaging.target import Target

LAMBDA_RUNTIME = frozenset(
    {
        "awslambdaric",
        "boto3",
        "botocore",
        "dateutil",
        "jmespath",
        "s3transfer",
        "simplejson",
        "six",
        "snapshot_restore_py",
        "urllib3",
    }
)
"""The SDK for Python with what it needs, and the runtime interface client.

Source: https://docs.aws.amazon.com/lambda/latest/dg/lambda-python.html#python-sdk-included
"""

_ADDED = {11: {"tomllib"}, 14: {"annotationlib", "compression"}}
_REMOVED = {
    12: {"asynchat", "asyncore", "distutils", "imp", "smtpd"},
    13: {
        "aifc", "audioop", "cgi", "cgitb", "chunk", "crypt", "imghdr", "lib2to3", "mailcap", "msilib", "nis",
        "nntplib", "ossaudiodev", "pipes", "sndhdr", "spwd", "sunau", "telnetlib", "uu", "xdrlib",
    },
}  # fmt: skip
"""By the version that added or removed them. https://docs.python.org/3/whatsnew/ ; PEP 594 for 3.13."""


def standard_library(target: Target) -> frozenset[str]:
    """Return the modules of the target's Python, whichever Python asks."""
    names = set(sys.stdlib_module_names)
    for minor, added in _ADDED.items():
        names = names | added if target.minor >= minor else names - added
    for minor, removed in _REMOVED.items():
        names = names - removed if target.minor >= minor else names | removed
    return frozenset(names)
