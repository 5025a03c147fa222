"""Origin Shield is asked for where it is."""

from collections.abc import Iterator

from wellmade.check.distributions import DISTRIBUTION, origins
from wellmade.check.rule import Rule, Severity, Violation
from wellmade.facts.cloudfront import ORIGIN_SHIELD_REGIONS
from wellmade.graph import Graph, as_mapping, flag, text


def _check(graph: Graph) -> Iterator[Violation]:
    for distribution in graph.of_type(DISTRIBUTION):
        for path, origin in origins(distribution):
            shield = as_mapping(origin.get("OriginShield"))
            region = text(shield.get("OriginShieldRegion"))
            if region is not None and flag(shield.get("Enabled")) and region not in ORIGIN_SHIELD_REGIONS:
                message = f"is {region}, must be one of {', '.join(ORIGIN_SHIELD_REGIONS)}"
                yield Violation(distribution, f"Properties.{path}.OriginShield.OriginShieldRegion", message)


RULE = Rule(
    id="edge-origin-shield",
    title="Origin Shield is asked for where it is",
    severity=Severity.ERROR,
    explanation=(
        "Origin Shield runs in some regions only. CloudFront refuses a distribution that asks for it in "
        "another, so the deployment fails."
    ),
    fix="take the region of the list that is closest to the origin",
    source="https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/origin-shield.html",
    check=_check,
)
