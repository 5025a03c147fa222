"""How an app of one's own asks for this library: from where this one was installed."""

import json
from importlib.metadata import distribution, version

from wellmade.new.shipped import checkout, is_checkout

EXTRAS = "wellmade[local,runtime,testing]"


def requirement() -> str:
    """Return the line of `requirements.txt`: a checkout, a wheel, a commit, or a release of an index.

    The record of where a package came from is pip's `direct_url.json`.
    Source: https://packaging.python.org/en/latest/specifications/direct-url/
    """
    if is_checkout():
        return f"{EXTRAS} @ {checkout().as_uri()}"
    record = distribution("wellmade").read_text("direct_url.json")
    if record is None:
        return f"{EXTRAS}=={version('wellmade')}"
    origin = json.loads(record)
    if vcs := origin.get("vcs_info"):
        return f"{EXTRAS} @ {vcs['vcs']}+{origin['url']}@{vcs['commit_id']}"
    return f"{EXTRAS} @ {origin['url']}"
