"""The built catalogue: links, and every page in a real browser, in light and dark, on a screen and on a phone."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from html.parser import HTMLParser
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import unquote, urldefrag, urljoin

import pytest

from docs.site.build import build
from tests.local.console.browser import PROGRAM, Page, opened
from wellmade.advise.advice import advise
from wellmade.advise.workload import read_workloads
from wellmade.facts.prices import REGION

pytestmark = pytest.mark.scan
needs_browser = pytest.mark.skipif(
    PROGRAM is None, reason="no chromium, chromium-browser or google-chrome on PATH"
)
HERE = Path(__file__).parent
EXERCISES = sorted((HERE.parent / "advise" / "exercises").glob("*.yaml"))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("catalogue") / "site"
    build(out)
    return out


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


class WithoutSearch(Quiet):
    """The site with an index of one entry: a page reads all of it, which is half of what a page takes."""

    def do_GET(self) -> None:
        if not self.path.endswith("/search.json"):
            super().do_GET()
            return
        index = json.loads(Path(self.translate_path(self.path)).read_text())
        text = json.dumps({**index, "items": index["items"][:1]}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)


@contextmanager
def _served(site: Path, handler: type[Quiet]) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=str(site))) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    with _served(site, Quiet) as where:
        yield where


@pytest.fixture(scope="module")
def address_without_search(site: Path) -> Iterator[str]:
    with _served(site, WithoutSearch) as where:
        yield where


@pytest.fixture
def page(tmp_path: Path) -> Iterator[Page]:
    with opened(tmp_path) as open_page:
        yield open_page()


class Links(HTMLParser):
    """The addresses that a page names, and the places in it that may be named."""

    def __init__(self) -> None:
        super().__init__()
        self.named: list[str] = []
        self.places: set[str] = set()

    def handle_starttag(self, _tag: str, attributes: list[tuple[str, str | None]]) -> None:
        for name, value in attributes:
            if name in ("href", "src") and value:
                self.named.append(value)
            if name == "id" and value:
                self.places.add(value)


def test_every_link_and_picture_is_there(site: Path) -> None:
    parsed = {f"/{file.relative_to(site)}".removesuffix("index.html"): _links(file) for file in _pages(site)}
    broken = {
        (where, link)
        for where, found in parsed.items()
        for link in found.named
        if not re.match(r"[a-z]+:", link) and not _is_there(site, where, link, parsed)
    }
    assert len(parsed) > 200
    assert broken == set()


def _pages(site: Path) -> list[Path]:
    return sorted(site.rglob("*.html"))


def _links(file: Path) -> Links:
    found = Links()
    found.feed(file.read_text())
    return found


def _is_there(site: Path, where: str, link: str, parsed: dict[str, Links]) -> bool:
    path, place = urldefrag(urljoin(where, link))
    if path in parsed:
        return not place or unquote(place) in parsed[path].places
    return (site / unquote(path).lstrip("/")).is_file()


@needs_browser
def test_every_page_loads_without_a_complaint_is_readable_and_asks_nobody_else(
    page: Page, site: Path, address_without_search: str
) -> None:
    address = address_without_search
    faults: dict[str, object] = {}
    for file in _pages(site):
        where = address + str(file.relative_to(site)).removesuffix("index.html")
        _show(page, 1280)
        page.open(where)
        page.until(f"location.href === {json.dumps(where)} && document.readyState === 'complete'")
        found = page.run((HERE / "readable.js").read_text())
        _show(page, 360)
        width = page.run("document.documentElement.scrollWidth")
        if found or width > 360:
            faults[where] = found, width
    assert faults == {}
    assert page.complaints == []
    assert {one for one in page.requests if not one.startswith((address, "data:", "blob:"))} == set()


def _show(page: Page, width: int) -> None:
    page.call(
        "Emulation.setDeviceMetricsOverride", width=width, height=800, deviceScaleFactor=1, mobile=False
    )


@needs_browser
def test_the_guide_decides_as_the_command_does(page: Page, address: str) -> None:
    page.open(f"{address}guide/")
    page.until("document.querySelectorAll('#guide h3').length > 0")
    for file in EXERCISES:
        for workload in read_workloads(file):
            found = advise(workload, REGION)
            taken = {one.question.name: one.chosen.option.name for one in found.answers if one.chosen}
            shown = page.run(
                f"decide({json.dumps(dict(workload.answers))}, {json.dumps(taken)}).map((answer) => "
                "[answer.name, Object.fromEntries(answer.judged.map((one) => "
                "[one.name, [one.score, one.refused.length]])), answer.chosen?.name ?? null])"
            )
            assert shown == [
                [
                    answer.question.name,
                    {
                        one.option.name: [one.score, len(one.refused)]
                        for one in (*answer.others, *([answer.chosen] if answer.chosen else []))
                    },
                    answer.chosen.option.name if answer.chosen else None,
                ]
                for answer in found.answers
            ], file.name


@needs_browser
def test_the_guide_is_answered_by_keyboard_alone(page: Page, address: str) -> None:
    page.open(f"{address}guide/")
    page.until("document.querySelectorAll('#guide h3').length > 0")
    for _ in range(200):
        page.press("Tab")
        if page.run("document.activeElement.name") == "duration":
            break
    page.call("Input.insertText", text="1200")
    page.until("document.querySelector('#guide pre').textContent.includes('duration: 1200')")
    refused = "[...document.querySelectorAll('#guide details p')].map((one) => one.textContent)"
    assert "AWS Lambda: refused" in page.run(refused)
    page.press("Tab")
    page.call("Input.insertText", text="7")
    assert page.run("document.getElementById('guide-processor_share-problem').textContent") == (
        "must be a number from 0.001 to 1"
    )


@needs_browser
def test_the_search_finds_a_pattern(page: Page, address: str) -> None:
    _show(page, 1280)
    page.open(address)
    page.until("document.querySelector('.md-search__button') && document.readyState === 'complete'")
    inside = "[...document.querySelectorAll('*')].find((one) => one.shadowRoot?.querySelector('input'))?.shadowRoot"
    page.until(f"{inside} && !{inside}.textContent.startsWith('Loading')")
    page.run("document.querySelector('.md-search__button').focus()")
    page.press("Enter", "\r")
    page.until(f"{inside}.activeElement?.matches('input')")
    page.call("Input.insertText", text="OrderedQueueWorker")
    page.until(f"[...{inside}.querySelectorAll('a')].some((one) => one.href.includes('OrderedQueueWorker'))")
