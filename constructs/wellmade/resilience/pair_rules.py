"""What two regions cannot do, whoever asks."""

from typing import get_args

from constructs import Construct

from wellmade.facts.regions import Side, strong_set
from wellmade.kit.lookups import is_unresolved, stack_of
from wellmade.kit.refusals import refusal
from wellmade.resilience.pair_options import Consistency, RegionEntry, ReplicatedTable, Routing


def refuse_unknown_words(scope: Construct, side: Side, routing: Routing, table: ReplicatedTable) -> None:
    """Raise where a word is none of those that there are: another would be taken for the other one.

    Raises:
        RefusedError: If it is not.
    """
    given = {"side": (side, Side), "routing": (routing, Routing)}
    for option, (word, words) in {**given, "table.consistency": (table.consistency, Consistency)}.items():
        if word not in get_args(words):
            fix = "write it so, in small letters"
            raise refusal(scope, option, f"one of {', '.join(get_args(words))}", repr(word), fix)


def refuse_same_region(scope: Construct, other_region: str) -> None:
    """Raise where the other region is that of the stack.

    Raises:
        RefusedError: If it is.
    """
    if other_region == stack_of(scope).region:
        fix = "name the region of the other side's stack"
        raise refusal(scope, "other_region", "another region than the stack's", other_region, fix)


def witness_of(scope: Construct, table: ReplicatedTable, other_region: str) -> str:
    """Return the third region of a table with strong consistency.

    Raises:
        RefusedError: If AWS offers it not for these regions, or not with what else is asked of the table.
    """
    region = stack_of(scope).region
    if is_unresolved(region):
        fix = "give the stack an env with its region: the witness is another one of the same set"
        raise refusal(scope, "table.consistency", "eventual where the region is not known", "strong", fix)
    regions = strong_set(region, other_region)
    if regions is None:
        fix = "take both regions from one of the sets us-*, eu-* and ap-northeast-*, or 'eventual'"
        got = f"'strong' between {region} and {other_region}"
        raise refusal(scope, "table.consistency", "eventual", got, fix, rule="strong-table-regions")
    if table.time_to_live_attribute:
        fix = "leave it out and delete by a schedule, or take consistency='eventual'"
        raise refusal(
            scope,
            "table.time_to_live_attribute",
            "left out with strong consistency",
            repr(table.time_to_live_attribute),
            fix,
            rule="strong-table-regions",
        )
    return _witness(scope, table.witness_region, [e for e in regions if e not in (region, other_region)])


def _witness(scope: Construct, given: str | None, free: list[str]) -> str:
    if given is not None and given not in free:
        allowed = f"one of {', '.join(free)}"
        fix = "leave it out for the first of them"
        raise refusal(scope, "table.witness_region", allowed, repr(given), fix, rule="strong-table-regions")
    return given or free[0]


def refuse_lost_counts(
    scope: Construct, table: ReplicatedTable, routing: Routing, *, home_regions: bool
) -> None:
    """Raise where both regions count one thing, and the later of two counts wins.

    Raises:
        RefusedError: If they do.
    """
    if table.counters and routing == "latency" and table.consistency == "eventual" and not home_regions:
        fix = "take consistency='strong', home_regions=True, or routing='failover'"
        allowed = "none where both regions write and the last writer wins"
        raise refusal(
            scope, "table.counters", allowed, ", ".join(table.counters), fix, rule="counter-last-writer"
        )


def refuse_wrong_entry(scope: Construct, entry: RegionEntry) -> None:
    """Raise where the health check would ask the wrong one.

    Raises:
        RefusedError: If it would.
    """
    if entry.health_check_host == entry.domain_name:
        fix = "name the region's own host, such as {api_id}.execute-api.{region}.amazonaws.com"
        allowed = "a host of this region alone"
        raise refusal(scope, "entry.health_check_host", allowed, entry.health_check_host, fix)
    if not entry.health_check_path.startswith("/"):
        fix = "write '/health'"
        got = repr(entry.health_check_path)
        raise refusal(scope, "entry.health_check_path", "a path with a slash before it", got, fix)
