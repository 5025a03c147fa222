"""Which module knows what a type of resource costs, and which types cost nothing."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

from wellmade.cost.meter import Charge, NotPriced
from wellmade.cost.services import (
    apigateway,
    athena,
    by_the_hour,
    cloudfront,
    cloudwatch,
    databases,
    dynamodb,
    ecr,
    eks,
    events,
    fargate,
    governance,
    instances,
    keys,
    kinesis,
    lambda_,
    load_balancing,
    parts,
    proxies,
    route53,
    s3,
    sns,
    sqs,
    step_functions,
    storage,
    volumes,
    vpc,
    waf,
)
from wellmade.cost.usage import Usage
from wellmade.graph import Graph, Resource

Pricer = Callable[[Resource, Usage], Iterable[Charge | NotPriced]]
MODULES = (
    *(
        apigateway,
        athena,
        cloudfront,
        cloudwatch,
        databases,
        dynamodb,
        ecr,
        eks,
        events,
        fargate,
        instances,
        keys,
    ),
    *(governance, kinesis, lambda_, load_balancing, parts, proxies, route53, s3, sns, sqs, step_functions),
    *(by_the_hour, storage, volumes, vpc, waf),
)
PRICED: Mapping[str, Pricer] = {kind: pricer for module in MODULES for kind, pricer in module.PRICED.items()}


CUSTOM = "Custom::"
"""Resources of one's own cost nothing but the function behind them. https://aws.amazon.com/cloudformation/pricing/"""


@cache
def free_types() -> Mapping[str, str]:
    """Return the types that cost nothing themselves, each with the page of AWS that lists what does."""
    pages: dict[str, list[str]] = json.loads(Path(__file__).with_name("free_types.json").read_text())
    return {kind: page for page, kinds in pages.items() for kind in kinds}


def charges(graph: Graph, usage: Usage) -> Iterator[tuple[Resource, Charge | NotPriced]]:
    """Yield what every resource takes; one of a type that nobody knows is not priced, by name."""
    for resource in graph.resources.values():
        pricer = PRICED.get(resource.type)
        if pricer:
            for charge in pricer(resource, usage):
                yield resource, charge
        elif resource.type not in free_types() and not resource.type.startswith(CUSTOM):
            yield resource, NotPriced(f"{resource.type}: no module knows what it costs")
