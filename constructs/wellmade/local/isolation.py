"""What this system can do to keep functions and programs apart from the developer's files."""

import functools
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources

_OPEN = {
    ("root", "landlock"): "they can read and change all of your files",
    ("root",): "they share your /tmp, and see that other files exist",
    ("landlock",): "they can look into your processes, and end them",
    ("signals",): "they can end your processes",
}
"""What is open where the system refuses these means."""


@dataclass(frozen=True)
class Isolation:
    """What this system refuses."""

    missing: Mapping[str, str]
    """The reason, by what is refused: `root`, `landlock`, `signals`."""

    def warning(self) -> str | None:
        """Return what functions and programs can do here that they could not on AWS; None for nothing."""
        for names, consequence in _OPEN.items():
            if all(name in self.missing for name in names):
                reasons = ", ".join(f"{name}: {self.missing[name]}" for name in names)
                return f"Functions are not kept apart from your account here: {consequence} ({reasons})"
        return None


@functools.cache
def isolation() -> Isolation:
    """Try what Linux offers; other systems offer nothing that takes no privileges."""
    if not sys.platform.startswith("linux"):
        return Isolation(dict.fromkeys(("root", "landlock", "signals"), f"{sys.platform} has none"))
    program = str(resources.files("wellmade.local.extension") / "confine.py")
    command = [sys.executable, "-I", "-S", program, "--probe"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own
    return Isolation(dict(line.split(" ", 1) for line in result.stdout.splitlines()))
