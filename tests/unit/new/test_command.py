import ast
import json
import re
from pathlib import Path

import pytest

import app as reference_app
from wellmade.cli import main
from wellmade.new import origin
from wellmade.new.contents import contents
from wellmade.new.shipped import stacks
from wellmade.new.tries import try_of

KNOWN = ", ".join(stacks())


def refused(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    assert main(["new", *map(str, arguments)]) == 2
    [line] = capsys.readouterr().err.splitlines()
    return line


def test_every_reference_stack_is_offered() -> None:
    assert stacks() == {name: cls.__name__ for name, cls in sorted(reference_app.STACKS.items())}


def test_writes_into_a_new_folder_and_says_what_is_next(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "of mine" / "orders"
    assert main(["new", "work-queues", str(folder)]) == 0
    assert capsys.readouterr().out.endswith(
        f"files of work-queues into {folder}; next: cd '{folder}' && make test\n"
    )
    assert (folder / ".github" / "workflows" / "ci.yml").is_file()
    assert (folder / "lambda_src" / "order_worker" / "handler.py").is_file()


def test_without_a_stack_it_is_the_file_pipeline(tmp_path: Path) -> None:
    assert main(["new", str(tmp_path / "app")]) == 0
    assert (tmp_path / "app" / "stacks" / "file_pipeline.py").is_file()


def test_an_empty_folder_is_taken(tmp_path: Path) -> None:
    assert main(["new", "static-site", str(tmp_path)]) == 0


def test_refuses_a_folder_that_holds_something(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    said = refused(capsys, "work-queues", tmp_path)
    assert said == f"wellmade: {tmp_path}: folder must be empty or new, got notes.txt in it; name another one"
    assert [each.name for each in tmp_path.iterdir()] == ["notes.txt"]


def test_refuses_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "file"
    file.write_text("mine")
    said = refused(capsys, "work-queues", file)
    assert said == f"wellmade: {file}: folder must be empty or new, got a file; name another one"


def test_refuses_a_stack_that_there_is_not(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = refused(capsys, "work-queue", tmp_path / "app")
    assert said == f"wellmade: stack must be one of {KNOWN}, got 'work-queue'; do you mean work-queues?"
    assert not (tmp_path / "app").exists()


def test_refuses_a_name_that_is_like_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = refused(capsys, "xyz", tmp_path / "app")
    assert said == f"wellmade: stack must be one of {KNOWN}, got 'xyz'; name one of them"


def test_a_stack_may_be_named_as_its_module(tmp_path: Path) -> None:
    assert main(["new", "queue_workers", str(tmp_path / "app")]) == 0
    assert (tmp_path / "app" / "stacks" / "queue_workers.py").is_file()


def test_refuses_a_stack_without_a_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert refused(capsys, "shop") == (
        "wellmade: DIR must be a folder beside the name of a stack, got 'shop' alone; write `wellmade new shop DIR`,"
        " or `wellmade new file-pipeline shop`"
    )
    assert list(tmp_path.iterdir()) == []


def test_a_new_repository_is_as_good_as_an_empty_folder(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    assert main(["new", "static-site", str(tmp_path)]) == 0


def test_refuses_a_folder_that_cannot_be_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "file"
    file.write_text("mine")
    said = refused(capsys, "work-queues", file / "app")
    assert said == f"wellmade: {file / 'app'}: Not a directory; name a folder that you may write to"


@pytest.mark.parametrize("stack", stacks())
def test_every_module_can_be_read_and_names_code_of_the_app_alone(stack: str) -> None:
    files = contents(stack)
    ours = {name.split("/")[1] for name in files if name.startswith(("lambda_src/", "container_src/"))}
    for name, content in files.items():
        if not name.endswith(".py"):
            continue
        tree = ast.parse(content)
        if name.startswith("stacks/"):
            options = [node for node in ast.walk(tree) if isinstance(node, ast.keyword)]
            of_code = [each.value for each in options if each.arg in {"code", "image", "function"}]
            named = [each.value for each in of_code if isinstance(each, ast.Constant)]
            assert [each for each in named if each in ours] == [], name
    assert json.loads(files["cdk.json"])["app"] == "python3 app.py"


def test_each_readme_says_what_to_send_where() -> None:
    kept = json.loads((Path(__file__).parents[2] / "stacks" / "stateful_ids.json").read_text())
    for stack in stacks():
        readme = contents(stack)["README.md"].decode()
        assert try_of(stack) in readme
        for target in re.findall(r"(?:sqs:|s3://)(\w+)", try_of(stack)):
            named = [each for each in kept[stack] if re.fullmatch(f"{target}[0-9A-F]{{8}}", each)]
            assert len(named) == 1, (stack, target)


def test_handlers_are_locked_once_for_all() -> None:
    files = contents("thumbnails")
    lock = files["lambda_src/requirements.txt"].decode()
    assert [line.partition("==")[0] for line in lock.splitlines() if "==" in line] == [
        "aws-lambda-powertools",
        "jmespath",
        "typing-extensions",
        "pillow",
    ]
    assert [name for name in files if name.endswith("thumbnailer/requirements.txt")] == []


def test_what_handlers_share_comes_along() -> None:
    assert "lambda_src/sample_shop/contracts/OrderPlaced.v1.json" in contents("order-events")


RECORDS = {
    "a wheel": ({"url": "file:///a%20b/w.whl", "archive_info": {}}, " @ file:///a%20b/w.whl"),
    "a commit": (
        {"url": "https://host/w", "vcs_info": {"vcs": "git", "commit_id": "abc"}},
        " @ git+https://host/w@abc",
    ),
    "a release": (None, "==0.1.0"),
}


@pytest.mark.parametrize(("record", "ending"), RECORDS.values(), ids=RECORDS)
def test_the_app_asks_for_what_it_was_written_with(
    record: dict[str, object] | None, ending: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Installed:
        def read_text(self, name: str) -> str | None:
            assert name == "direct_url.json"
            return json.dumps(record) if record else None

    monkeypatch.setattr(origin, "is_checkout", lambda: False)
    monkeypatch.setattr(origin, "distribution", lambda _: Installed())
    monkeypatch.setattr(origin, "version", lambda _: "0.1.0")
    assert origin.requirement() == f"wellmade[local,runtime,testing]{ending}"


def test_a_checkout_is_asked_for_as_one() -> None:
    root = Path(__file__).parents[3]
    assert origin.requirement() == f"wellmade[local,runtime,testing] @ {root.as_uri()}"
