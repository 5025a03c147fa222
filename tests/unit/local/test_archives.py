"""Which files of a project are in a function's archive."""

import io
import zipfile
from pathlib import Path

import pytest

from wellmade.local.archives import Archive, find_sources


def packed(**files: str) -> Archive:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as bundle:
        for name, content in files.items():
            bundle.writestr(name.replace("__", "/") + ".py", content)
    return Archive.read(data.getvalue())


@pytest.fixture
def project(tmp_path: Path) -> Path:
    files = {
        "src/orders/app.py": "orders",
        "src/orders/empty.py": "",
        "src/orders/shop/prices.py": "prices",
        "src/stock/app.py": "stock",
        ".venv/pyvenv.cfg": "",
        ".venv/lib/app.py": "orders",
        "env/pyvenv.cfg": "",
        "env/app.py": "orders",
        "cdk.out/asset.1/app.py": "orders",
    }
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content)
    return tmp_path


def test_files_are_found_by_content_and_empty_ones_beside_them(project: Path) -> None:
    archive = packed(app="orders", shop__prices="prices", empty="", requests__api="installed")

    find_sources([archive], project)

    source = project / "src/orders"
    assert archive.sources == {
        "app.py": source / "app.py",
        "empty.py": source / "empty.py",
        "shop/prices.py": source / "shop/prices.py",
    }


def test_a_file_that_was_changed_before_is_found_beside_the_others(project: Path) -> None:
    archive = packed(app="orders", shop__prices="as it was when it was deployed")

    find_sources([archive], project)

    assert archive.refresh() == ["shop/prices.py"]
    assert archive.content["shop/prices.py"] == b"prices"


def test_what_is_saved_added_and_removed_is_taken_over_once(project: Path) -> None:
    archive = packed(app="orders", shop__prices="prices")
    find_sources([archive], project)
    (project / "src/orders/app.py").write_text("better orders")
    (project / "src/orders/shop/taxes.py").write_text("taxes")
    (project / "src/orders/shop/prices.py").unlink()

    assert sorted(archive.refresh()) == ["app.py", "shop/prices.py", "shop/taxes.py"]
    assert archive.refresh() == []
    assert Archive.read(archive.packed()).content == {
        "app.py": b"better orders",
        "shop/taxes.py": b"taxes",
    }


def test_an_archive_of_nobody_here_has_no_source(project: Path) -> None:
    archive = packed(app="bundled")

    find_sources([archive], project)

    assert archive.sources == {}


def test_a_link_of_an_archive_stays_a_link(project: Path) -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as bundle:
        bundle.writestr("app.py", "orders")
        link = zipfile.ZipInfo("empty.py")
        link.external_attr = 0o120777 << 16
        bundle.writestr(link, "app.py")
    archive = Archive.read(data.getvalue())
    find_sources([archive], project)

    assert archive.refresh() == []
    assert archive.content["empty.py"] == b"app.py"
