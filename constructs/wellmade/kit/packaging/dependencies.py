"""Packages installed for a target, once for each list of them."""

import hashlib
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from wellmade.home import home
from wellmade.kit.packaging.kept import keep
from wellmade.kit.packaging.requirements import Requirements
from wellmade.kit.packaging.target import Target


def installed(requirements: Requirements, target: Target, label: str) -> Path:
    """Return the folder with packages, installed if this list is new.

    They are wheels only, so that nothing runs while they are installed. Locked ones are installed exactly as
    listed; of others pip finds out what they need.

    Args:
        requirements: What to install; nothing gives an empty folder.
        target: What for.
        label: What they are installed for, in messages.

    Raises:
        ValueError: If they cannot be installed.
    """
    lines = "\n".join([*requirements.options, *sorted({package.text for package in requirements.packages})])
    digest = hashlib.sha256(f"{target}\n{lines}\n".encode() + _constraints(requirements)).hexdigest()[:16]
    folder = home() / "dependencies" / digest
    if not folder.is_dir():
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
            built, listed = Path(scratch) / "built", Path(scratch) / "requirements.txt"
            built.mkdir()
            listed.write_text(lines)
            if requirements.packages:
                _install(requirements, listed, built, target, label)
            keep(built, folder)
    return folder


def _constraints(requirements: Requirements) -> bytes:
    """Return the contents of the files that bound versions, which their names do not tell."""
    files = (line.partition(" ")[2] for line in requirements.options if line.startswith("--constraint "))
    return b"\0".join(Path(file).read_bytes() for file in files)


def _install(requirements: Requirements, listed: Path, built: Path, target: Target, label: str) -> None:
    sys.stderr.write(f"wellmade: building the packages of {label} once\n")
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-compile", "--no-input"]
    command += ["--disable-pip-version-check", "--only-binary=:all:", f"--target={built}", "-r", str(listed)]
    # With what is installed beside this library they have nothing to do, and to read all that takes seconds.
    command.append("--no-warn-conflicts")
    command += [f"--platform={platform}" for platform in target.platforms]
    command += [f"--python-version={target.python_version}", "--implementation=cp"]
    if requirements.is_locked:
        command += ["--require-hashes", "--no-deps"]
    # Of a user's settings all hold but the one that pip refuses beside a target.
    environment = {**os.environ, "PIP_USER": "0"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)  # noqa: S603 - no shell, our own arguments
    if done.returncode:
        why, fix = _complaint(done.stderr), _fix(done.stderr, target)
        raise ValueError(f"{label}: its packages could not be installed ({why}); {fix}")


def _complaint(said: str) -> str:
    """Return the line that tells the most: pip writes its reason first, then what it gives up."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith("ERROR")]
    is_first = "Cannot install" in said or "DO NOT MATCH" in said
    return (errors or lines or ["pip said nothing"])[0 if is_first else -1]


def _fix(said: str, target: Target) -> str:
    if "No module named pip" in said:
        return "install pip beside this library: python -m ensurepip"
    if "Cannot install" in said:
        return "pin one release of each package, those that wellmade_runtime imports in requirements.txt too"
    if "DO NOT MATCH THE HASHES" in said:
        return "find out why the index has other contents than were locked, then lock them anew"
    wheel = f"a wheel of each for Python {target.python_version} on {target.architecture}"
    return f"connect once to a package index that has {wheel}, later builds work offline"
