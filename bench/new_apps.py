"""Minutes until an app of one's own from each stack is tested and driven, nothing installed before.

`wellmade new`, then what its README says: `make test`, `make local`, the commands that show it at work,
and the end. One home serves all, empty at the beginning, so that the first app meets no cache. Targets: every
command ends with 0, and each app takes 5 minutes at most.

    python -m bench.new_apps [STACK…]
"""

import os
import re
import shlex
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from wellmade.new.shipped import stacks

MINUTES = 5
REGISTRIES = (
    "PIP_",
    "npm_config_",
    "NODE_EXTRA_CA_CERTS",
    "SSL_CERT_",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
)
"""Variables by which a machine finds its registries, and which no app sets."""


def main() -> int:
    """Print what each app took; 1 when a command failed or an app took longer."""
    names = sys.argv[1:] or sorted(stacks())
    if unknown := set(names) - set(stacks()):
        print(
            f"stacks must be of {', '.join(sorted(stacks()))}, got: {', '.join(sorted(unknown))}",
            file=sys.stderr,
        )
        return 2
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        home.mkdir()
        bad = [name for name in names if not _is_green(name, Path(folder) / "apps of mine" / name, home)]
    print(f"{len(names)} apps: {len(bad)} failed or took over {MINUTES} minutes {' '.join(bad)}".strip())
    return 1 if bad else 0


def _is_green(name: str, app: Path, home: Path) -> bool:
    """Write an app and do what its README says; tell whether all went well in time."""
    _new(name, app)
    readme = (app / "README.md").read_text(encoding="utf-8")
    start, worked = time.monotonic(), _processor()
    tested = _ended("make test", app, home)
    seconds = time.monotonic() - start
    driven = tested and _driven(readme, app, home)
    total = time.monotonic() - start
    verdict = "green" if driven else "FAILED"
    spent = (
        f"tests {seconds:4.0f} s, with the drive {total:4.0f} s, {_processor() - worked:4.0f} s of processor"
    )
    print(f"{name:32} {verdict:6} {spent}", flush=True)
    return driven and total <= MINUTES * 60


def _processor() -> float:
    """Return the seconds that commands took of a processor; those of the embedded AWS are not among them."""
    spent = os.times()
    return spent.children_user + spent.children_system


def _new(name: str, app: Path) -> None:
    app.parent.mkdir(exist_ok=True)
    subprocess.run([sys.executable, "-m", "wellmade", "new", name, app], check=True, capture_output=True)


def _driven(readme: str, app: Path, home: Path) -> bool:
    """Run the stack and the second block of commands; whatever happens, it ends."""
    _photograph(app / "photo.jpg")
    [_, attempt, *_] = re.findall(r"```sh\n(.*?)```", readme, re.DOTALL)
    commands = [line.split("  #")[0] for line in attempt.splitlines()]
    try:
        return all(
            _ended(line, app, home) for line in ("make local", *commands) if "local console" not in line
        )
    finally:
        _ended(".venv/bin/wellmade local down", app, home)


def _photograph(file: Path) -> None:
    """Make the photograph that the README asks of its reader."""
    made = f"from PIL import Image; Image.effect_noise((640, 480), 50).convert('RGB').save({str(file)!r})"
    subprocess.run([sys.executable, "-c", made], check=True)


def _ended(command: str, app: Path, home: Path) -> bool:
    """Run a command as a new machine would; print the end of its output if it fails."""
    kept = {name: value for name, value in os.environ.items() if name.startswith(REGISTRIES)}
    environment = {**kept, "HOME": str(home), "PATH": os.defpath, "LANG": "C.UTF-8"}
    done = subprocess.run(
        ["bash", "-c", command], cwd=app, env=environment, stdin=subprocess.DEVNULL, text=True, check=False,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    if done.returncode:
        print(f"{shlex.quote(command)} ended with {done.returncode}:\n{done.stdout[-3000:]}", flush=True)
    return done.returncode == 0


if __name__ == "__main__":
    raise SystemExit(main())
