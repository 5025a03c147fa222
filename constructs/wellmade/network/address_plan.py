"""Which addresses a network takes: with room left, and disjoint from its neighbours."""

from collections.abc import Sequence
from ipaddress import IPv4Network

from constructs import IConstruct

from wellmade.kit.refusals import refusal

ZONES_PLANNED = 4
"""So many zones have room from the start: to add one later moves no subnet."""

BITS_OF_TIER = {"public": 8, "private": 4, "isolated": 6}
"""How much longer than the network's a subnet's prefix is.

Of 10.0.0.0/16 a private subnet has 4,091 addresses, since tasks and functions take one each, an isolated one
1,019, a public one 251. Four zones take a third; the rest is room.
"""


def network_of(scope: IConstruct, cidr: str) -> IPv4Network:
    """Return the network, refusing what AWS or the plan cannot use.

    Raises:
        RefusedError: If it is no network, or so small that a public subnet would be under /28.
    """
    fix = "a /16 such as 10.20.0.0/16 leaves room"
    try:
        network = IPv4Network(cidr)
    except ValueError as error:
        given = f"{cidr} ({error})"
        raise refusal(
            scope, "cidr", "an IPv4 network such as 10.20.0.0/16", given, fix, rule="cfn-lint:E3002"
        ) from None
    if not 16 <= network.prefixlen <= 20:
        raise refusal(scope, "cidr", "between /16 and /20", f"/{network.prefixlen}", fix)
    return network


def refuse_overlap(scope: IConstruct, network: IPv4Network, others: Sequence[str]) -> None:
    """Raise when the network shares addresses with one that it is to be connected to.

    Raises:
        RefusedError: If it overlaps; the message names a network of the same size that is free.
    """
    neighbours = [_neighbour(scope, other) for other in others]
    for neighbour in neighbours:
        if network.overlaps(neighbour):
            free = _free(network, neighbours)
            fix = f"take {free}" if free else "take another private range"
            allowed = f"disjoint from {', '.join(others)}"
            got = f"{network}, which overlaps {neighbour}"
            raise refusal(scope, "cidr", allowed, got, fix, rule="cidr-overlap")


def _neighbour(scope: IConstruct, cidr: str) -> IPv4Network:
    try:
        return IPv4Network(cidr, strict=False)
    except ValueError:
        allowed, fix = "IPv4 networks such as 10.0.0.0/16", "write out each network"
        raise refusal(scope, "disjoint_from", allowed, cidr, fix) from None


def _free(network: IPv4Network, neighbours: Sequence[IPv4Network]) -> IPv4Network | None:
    for candidate in IPv4Network("10.0.0.0/8").subnets(new_prefix=network.prefixlen):
        if not any(candidate.overlaps(each) for each in neighbours):
            return candidate
    return None
