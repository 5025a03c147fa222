"""Apps that name an account or a region, in the one account and region that the embedded AWS has."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from wellmade.local.access import ACCOUNT, REGION

REGION_KEY = "wellmade:region"
"""Where a template that is deployed elsewhere than it says keeps its own region."""
_ENVIRONMENT = re.compile(r"aws://(\d{12}|unknown-account)/([a-z0-9-]+)")


def map_environments(assembly: Path) -> list[str]:
    """Rewrite an assembly, which is ours, to this account and region; return what was mapped."""
    places = dict(_places(assembly))
    named = set(places.values())
    accounts = sorted({account for account, _ in named} - {ACCOUNT, "unknown-account"})
    regions = sorted({region for _, region in named} - {REGION, "unknown-region"})
    replaced = dict.fromkeys(accounts, ACCOUNT) | dict.fromkeys(regions, REGION)
    if replaced:
        names = "|".join(map(re.escape, replaced))
        pattern = re.compile(rf"(?<![A-Za-z0-9])(?:{names})(?=[a-f]?(?![A-Za-z0-9]))")  # also of a zone
        for file in assembly.rglob("*.json"):
            text = file.read_text()
            mapped = pattern.sub(lambda found: replaced[found[0]], text)
            if mapped != text:
                file.write_text(mapped)
    for template, (_, region) in places.items():
        if region in regions:
            _keep_region(template, region)
    kinds = {"account": accounts, "region": regions}
    named_here = [(kind, name) for kind, names in kinds.items() for name in names]
    return [f"{kind} {name} of the app is {replaced[name]} here" for kind, name in named_here]


def missing_parameters(templates: dict[str, dict[str, Any]], given: set[str]) -> list[str]:
    """Return the parameters without a value, each as `Stack:Name`."""
    return [
        f"{stack}:{name}"
        for stack, template in templates.items()
        for name, parameter in template.get("Parameters", {}).items()
        if "Default" not in parameter and not {name, f"{stack}:{name}"} & given
    ]


def _places(assembly: Path) -> Iterator[tuple[Path, tuple[str, str]]]:
    """Yield account and region of each stack, by its template."""
    for manifest in assembly.rglob("manifest.json"):
        for name, artifact in json.loads(manifest.read_text()).get("artifacts", {}).items():
            file = artifact.get("properties", {}).get("templateFile", f"{name}.template.json")
            if found := _ENVIRONMENT.fullmatch(str(artifact.get("environment", ""))):
                yield manifest.parent / file, (found[1], found[2])


def _keep_region(template: Path, region: str) -> None:
    body = json.loads(template.read_text())
    body.setdefault("Metadata", {})[REGION_KEY] = region
    template.write_text(json.dumps(body))
