"""Two regions, of which one fails: what was acknowledged, what is left of it, and what the page says is lost.

The embedded AWS is of one region and replicates nothing. With strong consistency both stacks share one table of
one cloud, which is what such a table is to its callers: acknowledged here is acknowledged there. With eventual
consistency each region is a cloud of its own; `region_stand_ins` carries items between them.
"""

import itertools
import json
import os
import random
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest

from bench.cloud import ROOT
from stacks.settings import Settings
from stacks.sides import REGIONS
from stacks.two_regions import TwoRegionsStack
from stacks.two_regions_secondary import TwoRegionsSecondaryStack
from tests.local.region_stand_ins import Region, StandInForReplication, StandInForRoute53, told
from wellmade.local.deploy import deploy_assembly
from wellmade.local.environments import map_environments
from wellmade.local.server import LocalCloud, start
from wellmade_runtime.home_regions import first_home

pytestmark = [pytest.mark.local, pytest.mark.scan]

NAMES = {"primary": "two-regions", "secondary": "two-regions-secondary"}
Write = tuple[str, str, int]
"""An acknowledged write: tenant, order and amount, which no other write has."""


def synthesized(out: Path, environment: str, **options: Any) -> Path:
    """Synthesize both stacks."""
    context = json.loads((ROOT / "cdk.json").read_text())["context"] | {"environment": environment}
    app = cdk.App(context=context, outdir=str(out), analytics_reporting=False)
    settings = Settings.from_context(app.node)
    TwoRegionsStack(app, NAMES["primary"], settings=settings, **options)
    TwoRegionsSecondaryStack(app, NAMES["secondary"], settings=settings, **options)
    app.synth()
    return out


def deployed(clouds: Sequence[LocalCloud], out: Path, **options: Any) -> list[Region]:
    """Deploy each side to its cloud; names and health checks are as the environment `dev` has them."""
    routed = synthesized(out / "routed", "dev", **options)
    assembly = synthesized(out / "local", "local", **options)
    map_environments(assembly)
    return [
        Region(
            cloud,
            deploy_assembly(cloud, assembly, [name]).outputs[name],
            *told(routed / f"{name}.template.json"),
        )
        for cloud, name in zip(clouds, NAMES.values(), strict=True)
    ]


def put(region: Region, tenant: str, order: str, cents: int, version: int) -> int:
    body = {"amount_cents": cents, "version": version}
    return region.ask("PUT", f"/tenants/{tenant}/orders/{order}", body)[0]


def amount(region: Region, tenant: str, order: str) -> int | None:
    """Return what a region has of an order."""
    status, found = region.ask("GET", f"/tenants/{tenant}/orders/{order}")
    return int(found["amount_cents"]) if status == 200 else None


ORDERS, CALLERS, FAILS_AFTER = 120, 6, 40


def test_strong_consistency_loses_no_acknowledged_write(cloud: LocalCloud, tmp_path: Path) -> None:
    primary, secondary = deployed([cloud, cloud], tmp_path)
    name = StandInForRoute53([primary, secondary])
    acknowledged: list[tuple[str, Region]] = []
    done = itertools.count(1)

    def order(number: int) -> None:
        near = REGIONS["primary" if number % 2 else "secondary"]
        for _ in range(60):
            region = name.lead(near)
            status = put(region, "shop", f"o-{number}", number, 1)
            if status == 200:
                acknowledged.append((f"o-{number}", region))
                break
            assert status >= 429, status
            name.look()
        if next(done) == FAILS_AFTER:
            primary.fail()

    with ThreadPoolExecutor(CALLERS) as pool:
        list(pool.map(order, range(ORDERS)))

    assert len(acknowledged) == ORDERS
    assert {id(region) for _, region in acknowledged} == {id(primary), id(secondary)}
    assert put(primary, "shop", "after", 1, 1) >= 429
    assert [n for n in range(ORDERS) if amount(secondary, "shop", f"o-{n}") != n] == []
    versions = {item["version"]["N"] for key, item in secondary.items().items() if key.startswith("order#")}
    assert versions == {"1"}


@pytest.fixture(scope="module")
def clouds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[LocalCloud]]:
    """Two regions, each a cloud of its own."""
    with ExitStack() as stack:
        yield [
            stack.enter_context(
                start(tmp_path_factory.mktemp("cloud"), lifetime=timedelta(minutes=15), parent=os.getpid())
            )
            for _ in range(2)
        ]


@pytest.fixture(scope="module")
def apart(clouds: list[LocalCloud], tmp_path_factory: pytest.TempPathFactory) -> list[Region]:
    """Both sides with eventual consistency."""
    regions = deployed(clouds, tmp_path_factory.mktemp("cdk.out"), consistency="eventual")
    StandInForReplication(*regions).make_replica()
    return regions


def lost(acknowledged: Sequence[Write], regions: Sequence[Region], followed: set[int]) -> set[Write]:
    """Return the acknowledged writes that no region has, and that no later write followed."""
    kept = [
        int(item["amount_cents"]["N"])
        for each in regions
        for item in each.items().values()
        if "order_id" in item
    ]
    return {write for write in acknowledged if write[2] not in kept and write[2] not in followed}


def test_of_the_last_writer_exactly_that_is_lost_which_the_page_names(apart: list[Region]) -> None:
    primary, secondary = apart
    replication, numbers = StandInForReplication(*apart), itertools.count(1)
    chance = random.Random(16)  # noqa: S311 - the same cases each time
    acknowledged: list[Write] = []

    def write(region: Region, order: str, version: int) -> Write:
        made = ("shop", order, next(numbers))
        assert put(region, *made, version) == 200
        acknowledged.append(made)
        return made

    first = [write(chance.choice(apart), f"o-{number}", 1) for number in range(24)]
    replication.catch_up()
    assert lost(acknowledged, apart, set()) == set()
    followed = {each[2] for each in first[:18]}  # of which there is a second version below

    named: set[Write] = set()
    for number in range(6):  # both regions change an order before one has heard of the other
        earlier, later = chance.sample(apart, 2)
        named.add(write(earlier, f"o-{number}", 2))
        write(later, f"o-{number}", 2)
    unseen = [write(primary, f"o-{number}", 2) for number in range(6, 18)]
    primary.fail()  # before these were carried
    assert put(primary, "shop", "o-20", 1, 2) >= 429
    assert all(amount(secondary, "shop", order) != cents for _, order, cents in unseen)
    for made in unseen[:4]:  # and the other region goes on with some of them
        named.add(made)
        write(secondary, made[1], 2)
    write(secondary, "new", 1)

    primary.heal()
    replication.catch_up()
    assert primary.items() == secondary.items()
    assert lost(acknowledged, apart, followed) == named
    assert len(named) == 10
    assert all(amount(secondary, "shop", order) == cents for _, order, cents in unseen[4:])


def test_with_home_regions_only_moving_a_tenant_loses_what_was_not_carried(
    clouds: list[LocalCloud], apart: list[Region], tmp_path: Path
) -> None:
    primary, secondary = deployed(clouds, tmp_path, consistency="eventual", home_regions=True)
    replication = StandInForReplication(*apart)
    here = [each for each in (f"t-{n}" for n in range(40)) if first_home(each) == "primary"][:6]
    assert [put(secondary, tenant, "o", 1, 1) for tenant in here] == [421] * 6
    assert [put(primary, tenant, "o", 1000 + n, 1) for n, tenant in enumerate(here)] == [200] * 6
    replication.catch_up()
    primary.fail()
    for tenant in here:  # the runbook: replication has caught up, so nothing is lost
        assert secondary.ask("PUT", f"/tenants/{tenant}/home", {"side": "secondary"})[0] == 200
    assert [put(secondary, tenant, "o", 2000 + n, 2) for n, tenant in enumerate(here)] == [200] * 6
    primary.heal()
    replication.catch_up()
    assert [put(primary, tenant, "o", 1, 3) for tenant in here] == [421] * 6
    for region in (primary, secondary):
        assert [amount(region, tenant, "o") for tenant in here] == [2000 + n for n in range(6)]
