"""The page of a picture in a real browser: by mouse and by keyboard, without a complaint or a request."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.local.console.browser import PROGRAM, Page, opened
from tests.unit.draw.templates import QUEUE_WORKER
from wellmade.cli import main

pytestmark = pytest.mark.skipif(
    PROGRAM is None, reason="no chromium, chromium-browser or google-chrome on PATH"
)

FADED = """[...document.querySelectorAll('g.box.faded')].map((box) => box.dataset.id).sort()"""


@pytest.fixture
def page(tmp_path: Path) -> Iterator[Page]:
    template, out = tmp_path / "app.template.json", tmp_path / "app.html"
    template.write_text(json.dumps(QUEUE_WORKER))
    assert main(["draw", str(template), "--out", str(out)]) == 0
    with opened(tmp_path / "profile") as open_page:
        page: Page = open_page()
        page.open(out.as_uri())
        page.until("document.querySelectorAll('g.box[tabindex]').length === 5")
        yield page
        assert page.complaints == []
        assert page.requests == [out.as_uri()]


def test_a_box_is_chosen_by_mouse_and_let_go(page: Page) -> None:
    page.run("document.querySelector('[data-id=\"app/Worker\"]').dispatchEvent(new MouseEvent('click'))")
    assert page.run(FADED) == ["app/Dead", "app/Inbox"]
    assert page.run("document.getElementById('about').textContent") == (
        "Worker, Lambda function, app.template.json:1 (app/Worker): connected to 2 others"
    )
    page.press("Escape")
    assert page.run(FADED) == []


def test_a_box_is_chosen_by_keyboard_alone(page: Page) -> None:
    for _ in range(12):
        page.press("Tab")
        if page.run("document.activeElement.dataset.id") == "app/Dead":
            break
    page.press("Enter", "\r")
    assert page.run(FADED) == ["app/Inbox", "app/Rows", "app/Worker"]


def test_what_is_looked_for_stands_out(page: Page) -> None:
    page.run(
        "((find) => { find.value = 'dynamo'; find.dispatchEvent(new Event('input')); })(document.getElementById('find'))"
    )
    assert page.run(FADED) == ["app/Dead", "app/Inbox", "app/Jobs", "app/Worker"]
    assert page.run("document.getElementById('about').textContent") == "1 found"


def test_a_picture_higher_than_the_window_opens_with_letters_that_can_be_read(tmp_path: Path) -> None:
    template, out = tmp_path / "app.template.json", tmp_path / "app.html"
    template.write_text(json.dumps(QUEUE_WORKER))
    assert main(["draw", str(template), "--out", str(out)]) == 0
    with opened(tmp_path / "profile") as open_page:
        page: Page = open_page()
        page.call(
            "Emulation.setDeviceMetricsOverride", width=1600, height=200, deviceScaleFactor=1, mobile=False
        )
        page.open(out.as_uri())
        page.until("document.querySelectorAll('g.box[tabindex]').length === 5")
        letters = "[...document.querySelectorAll('text')].map((one) => one.getBoundingClientRect().height)"
        assert page.run(f"Math.min(...{letters})") >= 11
        page.run("document.getElementById('fit').click()")
        assert page.run("document.querySelector('svg').getBoundingClientRect().height <= 200")


def test_it_fits_a_phone_and_can_be_enlarged(page: Page) -> None:
    page.call("Emulation.setDeviceMetricsOverride", width=360, height=640, deviceScaleFactor=1, mobile=False)
    assert page.run("document.documentElement.scrollWidth <= 360")
    before = page.run("document.querySelector('svg').getBoundingClientRect().width")
    page.run("document.getElementById('in').click()")
    assert page.run("document.querySelector('svg').getBoundingClientRect().width") > before
