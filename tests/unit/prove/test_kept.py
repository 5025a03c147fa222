"""What was read of code is kept for the next run, and never trusted where anything has changed."""

import json
import os
import time
import zipfile
from collections.abc import Callable
from importlib import metadata
from pathlib import Path

import pytest

from wellmade.cli import main
from wellmade.home import home
from wellmade.prove.code import (
    assets,
    kept,
    kept_files,
    python_imports,
    python_modules,
    python_trees,
    script_imports,
)
from wellmade.prove.reading import kept_readings, strangers, witness
from wellmade.prove.reading.sites import Arrived, Site, Unread, Variable

TEMPLATE = """
Transform: AWS::Serverless-2016-10-31
Resources:
  Reader:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: src/
      Handler: app.handler
      Runtime: python3.13
      Policies: [{Statement: {Effect: Allow, Action: "s3:GetObject", Resource: "arn:aws:s3:::inbox/*"}}]
"""
READS = 'import boto3\ns3 = boto3.client("s3")\ndef handler(event, context):\n    s3.get_object(Bucket="inbox", Key="a")\n'
CACHES = (
    kept.content_of, python_modules.module_at, python_trees.tree_of, python_imports._closure, python_imports._found,
    python_imports._imported, python_imports._modules_beneath, strangers.may_call, strangers.may_call_of_node,
    witness._read,
)  # fmt: skip


@pytest.fixture
def prove(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[[], str]:
    """Prove a project with one handler as a new process would, and return the verdict."""
    monkeypatch.setenv("WELLMADE_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "src").mkdir()
    (tmp_path / "template.yaml").write_text(TEMPLATE)
    (tmp_path / "src" / "app.py").write_text(READS)

    def run() -> str:
        for each in CACHES:
            each.cache_clear()
        main(["prove", "template.yaml", "--format", "json"])
        [report] = json.loads(capsys.readouterr().out)["functions"]
        return str(report["verdict"])

    return run


def never(*_: object) -> None:
    raise AssertionError("it is read anew")


def test_what_has_not_changed_is_not_read_again(
    prove: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert prove() == "likely"
    monkeypatch.setattr(witness, "_of_python", never)
    monkeypatch.setattr(python_modules, "tree_of", never)
    assert prove() == "likely"


def test_code_that_changed_is_read_again(prove: Callable[[], str]) -> None:
    assert prove() == "likely"
    Path("src/app.py").write_text(READS.replace("get_object", "delete_object"))
    assert prove() == "not proven"


def test_a_module_that_comes_in_front_of_another_is_read(prove: Callable[[], str]) -> None:
    Path("src/app.py").write_text(READS + "    import extra\n    extra.go()\n")
    Path("src/extra").mkdir()
    Path("src/extra/__init__.py").write_text("def go(): pass\n")
    assert prove() == "likely"
    Path("src/extra.py").write_text(
        READS.replace("handler(event, context)", "go()").replace("get_", "delete_")
    )
    assert prove() == "not proven"


def test_a_program_that_comes_beside_it_is_asked_for(prove: Callable[[], str]) -> None:
    Path("src/app.py").write_text("import subprocess\n" + READS + '    subprocess.run(["tidy"])\n')
    assert prove() == "likely"
    Path("src/tidy").write_text("#!/bin/sh\naws s3 rm s3://inbox/a\n")
    assert prove() == "not judged"


def test_a_program_in_a_large_folder_is_not_forgotten(
    prove: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is beside it is counted before files are told from folders."""
    monkeypatch.setattr(kept_readings, "_MOST", 3)
    Path("src/app.py").write_text("import subprocess\n" + READS + '    subprocess.run(["tidy"])\n')
    for name in "abcdef":
        Path("src", name).mkdir()
    assert prove() == "likely"
    Path("src/tidy").write_text("#!/bin/sh\naws s3 rm s3://inbox/a\n")
    assert prove() == "not judged"


def test_a_program_behind_a_link_is_read_again(prove: Callable[[], str], tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared" / "tidy.py").write_text("print()\n")
    Path("src/tools").symlink_to(tmp_path / "shared")
    start = '    subprocess.run(["python", "-m", "tools.tidy"])\n'
    Path("src/app.py").write_text("import subprocess\n" + READS + start)
    assert prove() == "likely"
    (tmp_path / "shared" / "tidy.py").write_text(
        'import boto3\nboto3.client("s3").delete_bucket(Bucket="a")\n'
    )
    assert prove() == "not judged"


def test_a_package_that_needs_the_sdk_since_it_was_read_is_asked_for(prove: Callable[[], str]) -> None:
    """An update of what is installed changes no file of the project."""
    Path("template.yaml").write_text(TEMPLATE.replace("python3.13", "nodejs22.x"))
    Path("src/app.py").unlink()
    Path("src/app.mjs").write_text(
        'import { S3Client, GetObjectCommand } from "@aws-sdk/client-s3";\nimport { tidy } from "tidy";\n'
        'const s3 = new S3Client({});\nexport const handler = () => s3.send(new GetObjectCommand({ Bucket: "inbox", Key: "a" }));\n'
    )
    manifest = Path("src/node_modules/tidy/package.json")
    manifest.parent.mkdir(parents=True)
    manifest.write_text('{"dependencies": {}}')
    assert prove() == "likely"
    manifest.write_text('{"dependencies": {"@aws-sdk/client-s3": "3"}}')
    assert prove() == "not judged"


def test_a_library_of_a_program_that_is_started_is_asked_for(
    prove: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("src/job.py").write_text("import some_library\n")
    start = '    subprocess.run(["python", "-m", "job"])\n'
    Path("src/app.py").write_text("import subprocess\n" + READS + start)
    needs: dict[str, list[str]] = {"some-library": []}
    monkeypatch.setattr(strangers, "_distributions", lambda: {"some_library": ["some-library"]})
    monkeypatch.setattr(metadata, "requires", needs.__getitem__)
    assert prove() == "likely"
    needs["some-library"] = ["boto3"]
    assert prove() == "not judged"


def test_nobody_needs_a_home(prove: Callable[[], str], monkeypatch: pytest.MonkeyPatch) -> None:
    def lost() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(kept, "home", lost)
    assert prove() == "likely"


@pytest.mark.parametrize("spoilt", ["", "{}", "x\n{}", "\0", "[" * 9000])
def test_a_damaged_file_is_written_anew(prove: Callable[[], str], spoilt: str) -> None:
    assert prove() == "likely"
    [file] = (home() / "prove").iterdir()
    whole = file.read_text()
    file.write_text(spoilt)
    assert prove() == "likely"
    assert file.read_text() == whole


def test_what_was_changed_by_hand_is_not_trusted(prove: Callable[[], str]) -> None:
    Path("src/app.py").write_text(READS.replace("get_object", "delete_object"))
    assert prove() == "not proven"
    [file] = (home() / "prove").iterdir()
    file.write_text(file.read_text().replace("DeleteObject", "GetObject"))
    assert prove() == "not proven"


def test_another_reader_reads_anew(prove: Callable[[], str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert prove() == "likely"
    monkeypatch.setattr(kept, "_fingerprint_of_reader", lambda: "newer")
    monkeypatch.setattr(witness, "_of_python", never)
    with pytest.raises(AssertionError, match="read anew"):
        prove()


def test_nothing_is_kept_where_nothing_can_be_written(
    prove: Callable[[], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("WELLMADE_HOME", str(tmp_path / "file" / "home"))
    assert prove() == "likely"


def test_only_its_owner_may_read_it_and_it_holds_no_values(
    prove: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOKEN", "a-secret-value")
    Path("src/app.py").write_text(
        READS.replace('"inbox"', 'os.environ["TOKEN"]').replace("import ", "import os, ")
    )
    prove()
    [file] = (home() / "prove").iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    assert "a-secret-value" not in file.read_text()
    assert "TOKEN" in file.read_text()


def test_a_reading_comes_back_as_it_was() -> None:
    site = Site(
        Path("/a.py"), 1, 2, "s3", "GetObject",
        {"Bucket": Variable("B", "x"), "Key": Arrived(("k",)), "All": [{"a": None, 1: [True, 1.5]}, ["list"]]},
        indirect=True, is_foreign=True, is_sure=False, is_lazy=True,
    )  # fmt: skip
    unread = Unread(Path("/b.py"), 3, "a client", ("s3",), heard=False, needs="V", region="eu-west-1")
    reading = kept_readings.Reading([site], [unread], frozenset({("s3", "eu-west-1")}))
    back = kept_readings._decoded(json.loads(json.dumps(kept_readings._encoded(reading))))
    assert repr(back) == repr(reading)


def test_imports_of_scripts_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WELLMADE_HOME", str(tmp_path / "home"))
    (tmp_path / "app.ts").write_text('import "./other";\n')
    (tmp_path / "other.ts").write_text("")
    both = [tmp_path / "app.ts", tmp_path / "other.ts"]
    with kept.on_disk(tmp_path):
        assert script_imports.files_of(both[0], (tmp_path,)) == both
    monkeypatch.setattr(script_imports, "imports_in", never)
    with kept.on_disk(tmp_path):
        assert script_imports.files_of(both[0], (tmp_path,)) == both


def test_what_nobody_uses_any_more_is_deleted(prove: Callable[[], str]) -> None:
    assert prove() == "likely"
    folder = home() / "prove"
    [own] = folder.iterdir()
    ages = {"old.json": 31, "left_by_a_killed_run": 31, "young.json": 29}
    for name, days in ages.items():
        (folder / name).write_text("{}")
        os.utime(folder / name, (when := time.time() - days * 86_400, when))
    assert prove() == "likely"
    assert {each.name for each in folder.iterdir()} == {own.name, "young.json"}


def test_a_file_that_is_only_read_counts_as_used(prove: Callable[[], str]) -> None:
    assert prove() == "likely"
    [own] = (home() / "prove").iterdir()
    os.utime(own, (1, 1))
    assert prove() == "likely"
    assert own.stat().st_mtime > 1_000_000


def test_what_was_used_longest_ago_goes_where_all_is_too_much(
    prove: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert prove() == "likely"
    folder = home() / "prove"
    [own] = folder.iterdir()
    monkeypatch.setattr(kept_files, "LARGEST", own.stat().st_size + 15)
    for name, hours in {"first": 3, "second": 2, "third": 1}.items():
        (folder / name).write_text("0123456789")
        os.utime(folder / name, (when := time.time() - hours * 3600, when))
    assert prove() == "likely"
    assert {each.name for each in folder.iterdir()} == {own.name, "third"}


def test_what_an_archive_holds_is_kept_by_the_hash_that_it_is_called_by(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WELLMADE_HOME", str(tmp_path / "home"))
    hashed, plain = tmp_path / f"asset.{'0' * 64}.zip", tmp_path / "code.zip"
    for archive in (hashed, plain):
        with zipfile.ZipFile(archive, "w") as opened:
            opened.writestr("app.py", "caf\u00e9")
    for again in (False, True):
        if again:
            monkeypatch.setattr(assets, "_read", never)
        with kept.on_disk(tmp_path):
            assert assets.in_archive(hashed, ["no.py", "app.py"]) == "caf\u00e9".encode()
            if not again:
                assert assets.in_archive(plain, ["app.py"]) == "caf\u00e9".encode()
                assert assets.in_archive(hashed, ["no.py"]) is None
    with kept.on_disk(tmp_path), pytest.raises(AssertionError, match="read anew"):
        assets.in_archive(plain, ["app.py"])
