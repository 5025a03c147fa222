"""What an archive is built for: the Python and the processor that a function has."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from wellmade.kit.packaging.refused import refused

Architecture = Literal["arm64", "x86_64"]

_MACHINES = {"arm64": "aarch64", "x86_64": "x86_64"}
_OLDEST_GLIBC = 17
"""manylinux2014 is 2.17; no package for Python 3.11 or newer is built for less."""


@dataclass(frozen=True, slots=True)
class Target:
    """The Python, such as `3.14`, and the processor of a function."""

    python_version: str
    architecture: Architecture

    def __post_init__(self) -> None:
        if not re.fullmatch(r"3\.\d+", self.python_version):
            fix = "give the version of the function's runtime"
            raise refused("function_archive", "python_version", "such as 3.14", self.python_version, fix)
        if self.architecture not in _MACHINES:
            fix = "give the architecture of the function"
            raise refused("function_archive", "architecture", "arm64 or x86_64", self.architecture, fix)

    @property
    def minor(self) -> int:
        """The second number of the version."""
        return int(self.python_version.partition(".")[2])

    @property
    def platforms(self) -> tuple[str, ...]:
        """The platforms whose wheels run there, as pip names them, the newest first.

        Python 3.12 and newer run on Amazon Linux 2023 (C library 2.34), older ones on Amazon Linux 2 (2.26).
        Source: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html
        """
        machine, newest = _MACHINES[self.architecture], 34 if self.minor >= 12 else 26
        glibc = [f"manylinux_2_{minor}_{machine}" for minor in range(newest, _OLDEST_GLIBC - 1, -1)]
        return (*glibc, f"manylinux2014_{machine}", f"linux_{machine}")

    @property
    def markers(self) -> Mapping[str, str]:
        """What the markers of requirements are compared with."""
        return {
            "implementation_name": "cpython",
            "implementation_version": f"{self.python_version}.0",
            "os_name": "posix",
            "platform_machine": _MACHINES[self.architecture],
            "platform_python_implementation": "CPython",
            "platform_system": "Linux",
            "python_full_version": f"{self.python_version}.0",
            "python_version": self.python_version,
            "sys_platform": "linux",
        }
