"""How packaging refuses: one sentence with the place, the option, the allowed, the given and the fix."""

from pathlib import Path


def refused(where: Path | str, option: str, allowed: str, got: object, fix: str) -> ValueError:
    """Return the error to raise when code cannot become an archive that runs."""
    return ValueError(f"{where}: {option} must be {allowed}, got {got}; {fix}")
