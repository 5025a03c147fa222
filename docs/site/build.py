"""Build the catalogue site: `python -m docs.site.build [FOLDER]`, by default into build/site.

Zensical makes it, strictly: one warning and there is no site. What it shows are the committed pages.
"""

import os
import shlex
import shutil
import subprocess
import sys
import time
from pathlib import Path

from docs.site.config import config
from docs.site.staging import stage

ROOT = Path(__file__).parents[2]


def build(out: Path) -> None:
    """Write the site to a folder, which is emptied first.

    Raises:
        RuntimeError: If Zensical warns of something; its own words say of what.
    """
    work = out.with_name(f"{out.name}-source")
    for folder in (out, work):
        shutil.rmtree(folder, ignore_errors=True)
    stage(ROOT, work / "docs")
    (work / "zensical.toml").write_text(config(work / "docs"))
    done = subprocess.run(
        [sys.executable, "-m", "zensical", "build", "--strict", "--clean"],
        cwd=work,
        env={**os.environ, "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"the site was not built: {done.stdout}{done.stderr}")
    shutil.move(work / "site", out)
    shutil.rmtree(work)


def main() -> int:
    """Build, and tell where the site is."""
    started = time.monotonic()
    out = Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "build" / "site").resolve()
    try:
        build(out)
    except RuntimeError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    count = sum(1 for _ in out.rglob("*.html"))
    sys.stdout.write(f"{count} pages in {time.monotonic() - started:.1f} s: {out / 'index.html'}\n")
    look = ["python", "-m", "http.server", "--bind", "127.0.0.1", "--directory", str(out), "8000"]
    sys.stdout.write(f"look at it with: {shlex.join(look)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
