"""A recording is of the code that it was made of: what changed since is told, and another project's is refused."""

import json
import shutil
from pathlib import Path

import pytest

from tests.unit.prove.cases import LOG, function, role
from tests.unit.prove.support import allow, call, record
from wellmade.errors import WellmadeError
from wellmade.graph import load
from wellmade.prove.every import Proofs
from wellmade.prove.proof import Proof
from wellmade.prove.recordings import Recordings, fingerprint, merged, read
from wellmade.prove.settings import Settings

READ = call("s3", "GetObject", Bucket="inbox", Key="a")
RESOURCES = {"Worker": function(), "Role": role(LOG, allow("s3:GetObject", "arn:aws:s3:::inbox/*"))}


def recorded(folder: Path, **changes: str) -> Path:
    file = record(folder, READ)
    document = json.loads(file.read_text())
    names = ["mine/handler.py"]
    document["sources"] = {name: fingerprint(folder / name) for name in names} | changes
    file.write_text(json.dumps(document))
    return file


def proved(folder: Path, recordings: Recordings) -> Proof:
    (folder / "template.json").write_text(json.dumps({"Resources": RESOURCES}))
    [proof] = Proofs(load([folder / "template.json"]), recordings, Settings(folder)).every()["functions"]
    return proof


def test_code_that_is_as_it_was_is_judged(tmp_path: Path) -> None:
    assert proved(tmp_path, read(recorded(tmp_path), tmp_path)).verdict == "proven"


def test_code_that_changed_since_is_not_judged(tmp_path: Path) -> None:
    file = recorded(tmp_path)
    with (tmp_path / "mine" / "handler.py").open("a") as handler:
        handler.write("# another commit\n")
    proof = proved(tmp_path, read(file, tmp_path))
    assert proof.verdict == "not judged"
    [row] = proof.report.not_judged
    assert row.what.endswith("mine/handler.py")
    assert "record them again" in row.reason


def test_a_module_that_no_function_of_the_template_has_may_change(tmp_path: Path) -> None:
    file = recorded(tmp_path, **{"scripts/other.py": "0123456789abcdef"})
    assert proved(tmp_path, read(file, tmp_path)).verdict == "proven"


def test_a_recording_of_another_project_is_refused(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    one.mkdir()
    other.mkdir()
    with pytest.raises(
        WellmadeError, match=r"must be of this folder's code, got one of .*one; record it again"
    ):
        read(recorded(one), other)


def test_a_recording_of_the_same_code_elsewhere_counts(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    one.mkdir()
    file = recorded(one)
    shutil.copytree(one, other)
    shutil.rmtree(one / "mine")
    assert proved(other, read(other / file.name, other)).verdict == "proven"


def test_what_workers_recorded_is_of_all_their_code() -> None:
    first, second = (
        {"root": "/a", "calls": [], "variables": {}, "sources": {name: "1"}} for name in ("a", "b")
    )
    assert merged([first, second])["sources"] == {"a": "1", "b": "1"}
