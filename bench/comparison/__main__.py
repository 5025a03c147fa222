"""The same workload of three libraries, each with its defaults: what the templates say, as a table.

They are synthesized in an environment of their own, since each library brings its pins.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

from bench.comparison.facts import ANSWERS, Template
from wellmade.local.toolchain import built_once

HERE = Path(__file__).parent
CONSTRUCTS = HERE.parents[1] / "constructs"
COLUMNS = {"L2 constructs": "l2", "Solutions Constructs": "solutions", "Wellmade": "pattern"}


def main() -> int:
    """Print the table as Markdown."""
    with tempfile.TemporaryDirectory() as folder:
        outs = {title: _synthesized(name, Path(folder)) for title, name in COLUMNS.items()}
        rows = {"lines of the app": [_lines(name) for name in COLUMNS.values()]}
        templates = [_template(out) for out in outs.values()]
        rows |= {what: [_said(answer(each)) for each in templates] for what, answer in ANSWERS.items()}
        rows["findings of `wellmade check`"] = [_findings(out) for out in outs.values()]
        rows["US dollars a month at rest"] = [_cost(out) for out in outs.values()]
    print("| |", " | ".join(COLUMNS), "|\n|---|" + "---|" * len(COLUMNS))
    for what, values in rows.items():
        print("|", what, "|", " | ".join(values), "|")
    return 0


def _synthesized(name: str, folder: Path) -> Path:
    """Synthesize one app; ours in this environment, the others in theirs."""
    out = folder / name
    app = folder / f"{name}.app"
    shutil.copytree(HERE, app)
    python = sys.executable if name == "pattern" else str(_others() / "bin" / "python")
    environment = {**os.environ, "CDK_OUTDIR": str(out), "PYTHONPATH": str(CONSTRUCTS)}
    if name != "pattern":
        del environment["PYTHONPATH"]
    subprocess.run([python, f"{name}.py"], cwd=app, env=environment, check=True)
    return out


def _others() -> Path:
    def build(folder: Path) -> None:
        venv.create(folder, with_pip=True)
        pip = folder / "bin" / "pip"
        subprocess.run([pip, "install", "--quiet", "-r", HERE / "requirements.txt"], check=True)

    return built_once("comparison", build)


def _template(out: Path) -> Template:
    template: Template = json.loads((out / "files.template.json").read_text())
    return template


def _lines(name: str) -> str:
    """Count the lines that are not empty, without the docstring."""
    return str(sum(bool(line.strip()) for line in (HERE / f"{name}.py").read_text().splitlines()) - 1)


def _said(value: object) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def _findings(out: Path) -> str:
    command = [sys.executable, "-m", "wellmade.cli", "check", str(out), "--format", "json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return str(len(json.loads(done.stdout)["findings"]))


def _cost(out: Path) -> str:
    command = [sys.executable, "-m", "wellmade.cli", "cost", str(out), "--format", "json"]
    done = subprocess.run(command, cwd=out, capture_output=True, text=True, check=True)
    found = json.loads(done.stdout)
    return f"{found['loads']['stated']['fixed']:.2f}"


if __name__ == "__main__":
    sys.exit(main())
