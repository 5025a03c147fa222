"""What a synth costs: ours in Python, plain L2s with default settings, and our tree in JavaScript."""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

from wellmade.kit.packaging import function_archive

HERE = Path(__file__).parent
TARGETS = {"plain": 0.30, "javascript": 3.5}


def python(variant: str) -> float:
    """Return the seconds of one synth in a new Python process."""
    return _seconds([sys.executable, "-m", "bench.synth.child", variant], os.environ)


def javascript(modules: Path) -> float:
    """Return the seconds of one synth in a new Node process, with the packages that jsii unpacked."""
    with tempfile.TemporaryDirectory() as outdir:
        command = [
            "node",
            "--preserve-symlinks",
            str(HERE / "ours.js"),
            str(
                function_archive(
                    "tabular_ingest", handler=None, python_version="3.14", architecture="arm64"
                ).archive
            ),
        ]
        return _seconds([*command, outdir], {**os.environ, "NODE_PATH": str(modules)})


def _seconds(command: list[str], environment: "os._Environ[str] | dict[str, str]") -> float:
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return float(done.stdout)


def _unpacked(folder: Path) -> Path:
    """Lay out the packages of jsii's cache as Node looks for them."""
    root = os.environ.get("JSII_RUNTIME_PACKAGE_CACHE_ROOT", "~/.cache/aws/jsii/package-cache")
    cache = Path(root).expanduser().absolute()
    for pattern in ("*/*/*/package.json", "@*/*/*/*/package.json"):
        for found in cache.glob(pattern):
            name = found.parents[2].relative_to(cache)
            (folder / name).parent.mkdir(exist_ok=True)
            if not (folder / name).exists():
                (folder / name).symlink_to(found.parent)
    return folder


def main() -> None:
    """Alternate the three variants and print medians and ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="how often each is run (default: 5)")
    rounds = parser.parse_args().rounds
    seconds: dict[str, list[float]] = {"ours": [], "plain": [], "javascript": []}
    python("ours")  # fills jsii's package cache, which the JavaScript variant reads
    with tempfile.TemporaryDirectory() as folder:
        modules = _unpacked(Path(folder))
        for _ in range(rounds):
            seconds["ours"].append(python("ours"))
            seconds["plain"].append(python("plain"))
            seconds["javascript"].append(javascript(modules))
    ours = median(seconds["ours"])
    print(f"synth, ours, validation off   {ours:.3f} s")
    for other, target in TARGETS.items():
        middle = median(seconds[other])
        print(f"  / {other:<11} {middle:.3f} s = {ours / middle:.2f}   (target <= {target})")


if __name__ == "__main__":
    main()
