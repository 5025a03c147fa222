"""The console's page in a real browser: nothing is complained of, nobody else is asked, everybody can use it."""

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from tests.local.console.browser import PROGRAM, Page, opened
from tests.local.console.conftest import Console
from wellmade.local.server import LocalCloud
from wellmade.local.toolchain import built_once, digest_of, npm_ci

pytestmark = [
    pytest.mark.local,
    pytest.mark.skipif(PROGRAM is None, reason="no chromium, chromium-browser or google-chrome on PATH"),
]

SECTIONS = ("stacks", "functions", "queues", "buckets", "tables", "machines", "alarms", "gaps")
CONTRASTS = """(() => {
  const parsed = (text) => text.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((v) => v / 255)
    .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, at) => sum + v * [0.2126, 0.7152, 0.0722][at], 0);
  const behind = (node) => {
    for (; node; node = node.parentElement) {
      if (node.tagName === "rect") return parsed(getComputedStyle(node).fill);
      const colour = parsed(getComputedStyle(node).backgroundColor);
      if (colour.length < 4 || colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  };
  const low = [];
  for (const node of document.querySelectorAll("body *")) {
    const own = [...node.childNodes].some((child) => child.nodeType === 3 && child.data.trim());
    if (!own || !node.getClientRects().length || node.matches("title")) continue;
    const style = getComputedStyle(node);
    const ink = parsed(node.namespaceURI.endsWith("svg") ? style.fill : style.color);
    const box = node.tagName === "text" && node.parentElement.querySelector("rect");
    const [a, b] = [light(ink), light(behind(box || node))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) low.push(`${node.tagName} ${node.textContent.slice(0, 20)} ${ratio.toFixed(2)}`);
  }
  return low;
})()"""
AXE = Path(__file__).parent / "axe"
JUDGE = """axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]})
  .then((found) => found.violations.flatMap((rule) => rule.nodes.map((node) => `${rule.id}: ${node.html}`)))"""
UNNAMED = """[...document.querySelectorAll("a, button, input, textarea, svg[role=img], [role=region], table")]
  .filter((node) => !(node.getAttribute("aria-label") || node.textContent.trim() || node.labels?.length))
  .map((node) => node.outerHTML)"""


@pytest.fixture(scope="module")
def axe() -> str:
    """The source of axe-core, which is installed once."""

    def build(folder: Path) -> None:
        npm_ci(folder, AXE)

    name = f"axe-core-{digest_of((AXE / 'package-lock.json').read_bytes())}"
    return (built_once(name, build) / "node_modules" / "axe-core" / "axe.min.js").read_text()


@pytest.fixture(scope="module")
def new_page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], Page]]:
    with opened(tmp_path_factory.mktemp("browser")) as open_page:
        yield open_page


@pytest.fixture
def page(new_page: Callable[[], Page], console: Console) -> Iterator[Page]:
    """The console, opened with its token; nothing may be complained of and nobody else asked."""
    page = new_page()
    page.open(console.address)
    page.until("document.querySelector('#list table')")
    yield page
    assert page.complaints == []
    assert [each for each in page.requests if not each.startswith((console.base, "about:"))] == []


def addresses(everything: Mapping[str, str], execution: str) -> list[str]:
    """Every view, with a detail where there is one."""
    details = {
        "stacks": "everything",
        "functions": f"/aws/lambda/{everything['FunctionName']}",
        "queues": everything["DeadUrl"],
        "buckets": everything["BucketName"],
        "tables": everything["TableName"],
        "machines": execution,
    }
    return [f"#/{name}" for name in SECTIONS] + [f"#/{name}/${{{key!r}}}" for name, key in details.items()]


def go_to(page: Page, address: str) -> tuple[str, str]:
    """Open a view; return its section and what it shows of it."""
    section, _, key = address.removeprefix("#/").partition("/")
    inner = key.removeprefix("${'").removesuffix("'}")
    page.run(f"location.hash = '#/{section}/' + encodeURIComponent({inner!r})")
    ready = "document.querySelector('#content > *')" if inner else "true"
    page.until(
        f"document.querySelector('[aria-current]')?.id === 'to-{section}' && document.querySelector('#list > *')"
        f" && {ready}"
    )
    return section, inner


@pytest.mark.scan
@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_nothing_in_any_view(
    page: Page, everything: Mapping[str, str], run_machine: Callable[[str], str], axe: str, width: int
) -> None:
    page.call(
        "Emulation.setDeviceMetricsOverride", width=width, height=800, deviceScaleFactor=1, mobile=False
    )
    page.run(axe)
    found = {}
    for address in addresses(everything, run_machine("{}")):
        go_to(page, address)
        found[address] = page.run(JUDGE)

    assert {address: faults for address, faults in found.items() if faults} == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_every_view_is_readable(
    page: Page,
    everything: Mapping[str, str],
    run_machine: Callable[[str], str],
    scheme: str,
    width: int,
) -> None:
    page.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
    page.call(
        "Emulation.setDeviceMetricsOverride", width=width, height=800, deviceScaleFactor=1, mobile=False
    )
    for address in addresses(everything, run_machine("{}")):
        section, inner = go_to(page, address)
        assert page.run(CONTRASTS) == [], address
        assert page.run(UNNAMED) == [], address
        assert page.run("document.documentElement.scrollWidth <= innerWidth"), (address, width)
        if shots := os.environ.get("WELLMADE_SHOTS"):
            picture = page.call("Page.captureScreenshot")["data"]
            Path(shots, f"{section}-{bool(inner)}-{width}-{scheme}.b64").write_text(picture)
    assert page.run("document.getElementById('trouble').textContent") == ""


def test_the_token_does_not_stay_in_the_address(page: Page, console: Console) -> None:
    assert console.token not in page.run("location.href")
    assert page.run("performance.getEntriesByType('resource').every((each) => !each.name.includes('#'))")


def test_a_message_is_sent_and_looked_at_with_the_keyboard_alone(
    page: Page, console: Console, everything: Mapping[str, str]
) -> None:
    def tab_to(script: str) -> None:
        for _ in range(80):
            if page.run(f"Boolean(document.activeElement?.{script})"):
                return
            page.press("Tab")
        raise AssertionError((script, page.run("document.activeElement.outerHTML")))

    tab_to("matches('#to-queues')")
    page.press("Enter", "\r")
    page.until("document.querySelector('#to-queues[aria-current]') && document.querySelector('#list table')")
    tab_to(f"matches('a[href$=\"' + encodeURIComponent({everything['QueueUrl']!r}) + '\"]')")
    page.press("Enter", "\r")
    page.until("document.getElementById('body')")
    tab_to("matches('#body')")
    page.call("Input.insertText", text="<img src=x onerror=alert(1)>")
    page.press("Tab")
    page.press("Enter", "\r")

    page.until("document.getElementById('done').textContent === 'The message was sent.'")
    page.until("document.querySelector('#content pre')?.textContent === '<img src=x onerror=alert(1)>'")
    assert page.run("document.images.length") == 0
    [sent] = console.ask("messages", {"url": everything["QueueUrl"]})["messages"]
    assert sent["ReceiveCount"] == 0


def test_columns_are_called_as_the_app_calls_them(page: Page, everything: Mapping[str, str]) -> None:
    go_to(page, f"#/tables/${{{everything['TableName']!r}}}")

    heads = page.run("[...document.querySelectorAll('#content th')].map((each) => each.textContent)")
    assert sorted(heads) == ["#no", "lines", "pk"]


def test_an_address_that_was_cut_short_ends_nothing(page: Page) -> None:
    """Half a letter of a name is no address; the page goes on all the same."""
    page.run("location.hash = '#/tables/%E0%A4%A'")
    page.until("document.querySelector('#to-tables[aria-current]')")
    page.until("document.getElementById('trouble').textContent.includes('tableName')")
    page.run("location.hash = '#/queues'")
    page.until("document.querySelector('#to-queues[aria-current]') && document.querySelector('#list table')")

    page.complaints[:] = [each for each in page.complaints if "status of 400" not in each]  # of that table


def test_the_focus_stays_in_what_is_shown_anew(
    page: Page, cloud: LocalCloud, everything: Mapping[str, str]
) -> None:
    go_to(page, f"#/buckets/${{{everything['BucketName']!r}}}")
    page.run("document.getElementById('region-Objects').focus()")
    another = {"Bucket": everything["BucketName"], "Key": "in/another.csv"}
    cloud.client("s3").put_object(**another, Body=b"a,b")
    try:
        page.until("document.querySelector('#content').innerText.includes('in/another.csv')")
        assert page.run("document.activeElement.id") == "region-Objects"
    finally:
        cloud.client("s3").delete_object(**another)


def test_without_the_token_it_says_where_to_look(new_page: Callable[[], Page], console: Console) -> None:
    page = new_page()
    page.open(f"{console.base}/#/stacks")
    page.run("sessionStorage.clear()")

    page.until("document.getElementById('trouble')?.textContent.includes('wellmade local console')")
