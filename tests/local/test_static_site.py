"""A site that is published, released anew and read, by a program and in a browser."""

import http.client
import shutil
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from bench.cloud import ROOT, deploy_reference
from stacks.static_site import StaticSiteStack
from tests.local.console.browser import PROGRAM, opened
from wellmade.local.server import LocalCloud
from wellmade_runtime.site_files import publish

pytestmark = [pytest.mark.local, pytest.mark.scan]

SITE = ROOT / "demo" / "site"


@dataclass(frozen=True)
class Site:
    """The deployed stack, as a reader uses it."""

    cloud: LocalCloud
    outputs: Mapping[str, str]

    def publish(self, folder: Path) -> list[str]:
        """Publish a folder."""
        return publish(folder, self.outputs["SiteBucketName"], self.cloud.client("s3"))

    def get(self, path: str, host: str = "") -> tuple[int, Mapping[str, str], str]:
        """Return status, headers and body of what is delivered; of what another host answers, where one is given."""
        named = host or urlsplit(self.outputs["SiteUrl"]).hostname or ""
        with closing(http.client.HTTPConnection(urlsplit(self.cloud.endpoint).netloc, timeout=60)) as to:
            to.request("GET", path, headers={"host": named})
            answer = to.getresponse()
            headers = {name.lower(): value for name, value in answer.getheaders()}
            return answer.status, headers, answer.read().decode()


@pytest.fixture(scope="module")
def site(cloud: LocalCloud, tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The stack, deployed, with the site published."""
    out = tmp_path_factory.mktemp("cdk.out")
    site = Site(cloud, deploy_reference(cloud, out, StaticSiteStack, "static-site"))
    site.publish(SITE)
    return site


def test_pages_are_short_lived_and_assets_never_change(site: Site) -> None:
    status, page, body = site.get("/")
    assert (status, page["content-type"]) == (200, "text/html; charset=utf-8")
    assert "Harbour Books" in body
    assert page["cache-control"] == "public, max-age=60"
    status, asset, _ = site.get("/assets/site.b41d7f.css")
    assert (status, asset["content-type"]) == (200, "text/css; charset=utf-8")
    assert asset["cache-control"] == "public, max-age=31536000, immutable"


def test_every_answer_protects_its_reader(site: Site) -> None:
    for path in ("/", "/assets/site.8e02c4.js", "/nothing.html"):
        _, headers, _ = site.get(path)
        assert headers["content-security-policy"].startswith("default-src 'self'")
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["strict-transport-security"].startswith("max-age=31536000")


def test_what_is_not_there_is_said_in_a_page_of_ones_own_and_not_kept(site: Site) -> None:
    for path in ("/nothing.html", "/assets/nothing.js"):
        status, headers, body = site.get(path)
        assert (status, "This page is not here" in body) == (404, True)
        assert "immutable" not in headers.get("cache-control", "")


def test_nobody_else_reads_the_bucket(site: Site) -> None:
    bucket = site.outputs["SiteBucketName"]
    assert site.get(f"/{bucket}/index.html", "127.0.0.1")[0] == 403
    assert site.get("/index.html", f"{bucket}.s3.localhost")[0] == 403


def test_a_release_leaves_what_readers_of_the_last_one_need(site: Site, tmp_path: Path) -> None:
    new = shutil.copytree(SITE, tmp_path / "site")
    (new / "assets" / "site.b41d7f.css").rename(new / "assets" / "site.c0ffee.css")
    for page in new.glob("*.html"):
        page.write_text(page.read_text().replace("b41d7f", "c0ffee").replace("new and old", "old and new"))
    assert site.publish(new) == ["assets/site.c0ffee.css", "404.html", "index.html", "opening.html"]
    assert "old and new" in site.get("/index.html")[2]
    assert site.get("/assets/site.c0ffee.css")[0] == site.get("/assets/site.b41d7f.css")[0] == 200
    site.publish(SITE)
    assert "new and old" in site.get("/index.html")[2]


@pytest.mark.skipif(PROGRAM is None, reason="no chromium, chromium-browser or google-chrome on PATH")
def test_a_browser_reads_it_without_a_complaint(site: Site, tmp_path: Path) -> None:
    with opened(tmp_path) as new_page:
        page = new_page()
        page.open(site.outputs["SiteUrl"])
        told = "document.querySelector('#open')?.value.startsWith('open') || new Date().getDay() === 1"
        page.until(f"document.readyState === 'complete' && ({told})")
        assert page.run("getComputedStyle(document.body).color") == "rgb(20, 40, 60)"
        assert page.run("document.images[0].naturalWidth") > 0
        # Nothing runs in it but the site's own files.
        page.run("document.head.append(Object.assign(document.createElement('script'), {text: 'ran = 1'}))")
        assert page.run("typeof ran") == "undefined"
        page.complaints.clear()
        page.run("document.querySelector('a[href=\"/opening.html\"]').click()")
        page.until("document.title.startsWith('Opening hours')")
        assert page.complaints == []
        hosts = {urlsplit(each).hostname for each in page.requests}
        assert hosts == {urlsplit(site.outputs["SiteUrl"]).hostname}
