"""What a synth costs: ours in Python, plain L2s with default settings, and our tree in JavaScript."""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from statistics import median

from wellmade.kit.packaging import function_archive

HERE = Path(__file__).parent
TARGETS = {"plain": 0.27, "javascript": 1.6}


def python(variant: str) -> tuple[float, Counter[str]]:
    """Return the seconds of one synth in a new Python process, and what it defined."""
    with tempfile.TemporaryDirectory() as outdir:
        return _timed([sys.executable, "-m", "bench.synth.child", variant, outdir], os.environ, Path(outdir))


def javascript(modules: Path) -> tuple[float, Counter[str]]:
    """Return the same of one synth in a new Node process, with the packages that jsii unpacked."""
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
        return _timed([*command, outdir], {**os.environ, "NODE_PATH": str(modules)}, Path(outdir))


def _timed(command: list[str], environment: Mapping[str, str], outdir: Path) -> tuple[float, Counter[str]]:
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    [template] = outdir.glob("*.template.json")
    defined = json.loads(template.read_text())["Resources"].values()
    return float(done.stdout), Counter(resource["Type"] for resource in defined)


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
    _, ours = python("ours")  # fills jsii's package cache, which the JavaScript variant reads
    with tempfile.TemporaryDirectory() as folder:
        modules = _unpacked(Path(folder))
        _, twin = javascript(modules)
        if twin != ours:
            sys.exit(
                f"ours.js defines another tree than FilePipeline: {ours - twin} or {twin - ours} is missing"
            )
        for _ in range(rounds):
            seconds["ours"].append(python("ours")[0])
            seconds["plain"].append(python("plain")[0])
            seconds["javascript"].append(javascript(modules)[0])
    middle = {variant: median(taken) for variant, taken in seconds.items()}
    print(f"synth, ours, validation off   {middle['ours']:.3f} s")
    for other, target in TARGETS.items():
        ratio = middle["ours"] / middle[other]
        print(f"  / {other:<11} {middle[other]:.3f} s = {ratio:.2f}   (target <= {target})")


if __name__ == "__main__":
    main()
