"""Commands on the pages are commands that there are; what they do is tested where they are."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from wellmade.cli import _parser

ROOT = Path(__file__).parents[3]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def commands() -> Iterator[tuple[str, str]]:
    """Every line of a page's shell blocks that begins with our command, with the page's name."""
    for page in PAGES:
        for block in re.findall(
            r"^```(?:console|sh|bash)\n(.*?)^```", page.read_text(), re.DOTALL | re.MULTILINE
        ):
            for line in block.replace("\\\n", " ").splitlines():
                text = re.sub(r'^eval "\$\((.*)\)"$', r"\1", line.strip().removeprefix("$ "))
                if text.startswith("wellmade "):
                    yield page.name, text


@pytest.mark.parametrize(("page", "line"), sorted(set(commands())), ids=str)
def test_each_is_taken(page: str, line: str, capsys: pytest.CaptureFixture[str]) -> None:
    words = shlex.split(re.split(r"\s[|>]|\s2>|&&|;", line)[0], comments=True)[1:]
    try:
        _parser(words).parse_args(words)
    except SystemExit as stopped:
        if stopped.code:  # else it was --help
            pytest.fail(f"{page}: {line}: {capsys.readouterr().err}")


def test_the_pages_have_commands() -> None:
    assert len(set(commands())) > 20


def test_a_shell_takes_what_make_env_prints_and_caches_stay_in_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "a ü b"
    (folder / ".venv" / "bin").mkdir(parents=True)
    (folder / ".venv" / "bin" / "activate").write_text("export ACTIVE=yes\n")
    shutil.copy(ROOT / "Makefile", folder)
    names = ["ACTIVE", "CDK_HOME", "JSII_RUNTIME_PACKAGE_CACHE_ROOT", "WELLMADE_HOME", "npm_config_cache"]
    script = f'eval "$(make env)" && for name in {" ".join(names)} NODE_OPTIONS; do echo "${{!name}}"; done'

    told = subprocess.run(
        ["bash", "-c", script],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()

    assert told == [
        "yes",
        *(str(folder / ".venv" / place) for place in ("cache/cdk", "cache/jsii", "wellmade", "cache/npm")),
        f'--require "{folder}/constructs/wellmade/local/cdk_home.cjs" ',
    ]


def test_a_reader_that_goes_away_gets_no_traceback(tmp_path: Path) -> None:
    template = tmp_path / "template.json"
    queues = {f"Q{number}": {"Type": "AWS::SQS::Queue"} for number in range(3000)}
    template.write_text(json.dumps({"Resources": queues}))
    command = [sys.executable, "-m", "wellmade", "check", str(template), "--format", "json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as told:
        assert told.stdout
        assert told.stderr
        told.stdout.close()
        assert told.stderr.read() == ""
    assert told.returncode == 141
