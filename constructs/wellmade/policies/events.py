"""Events to a bus."""

from collections.abc import Sequence

from aws_cdk import aws_events as events

from wellmade.kit.refusals import refusal
from wellmade.policies.need import OVER_TLS, Allowed, Need, need, refuse_wildcards


def put_events(
    bus: events.IEventBus | events.EventBus, *, sources: Sequence[str], detail_types: Sequence[str] = ()
) -> Need:
    """Return the need to put events of one's own on a bus; nobody speaks in another's name.

    Args:
        bus: Where they go.
        sources: Whose events they are, such as `shop.orders`.
        detail_types: What may be said. Default: everything.

    Raises:
        RefusedError: If there is no source, or a text holds a wildcard.
    """
    if not sources:
        fix = "name the producer, such as sources=['shop.orders']: consumers trust what it says"
        raise refusal(bus, "sources", "at least one", "none", fix)
    refuse_wildcards(bus, "sources", sources, "shop.orders")
    refuse_wildcards(bus, "detail_types", detail_types, "OrderPlaced.v2")
    equals = {"events:source": list(sources)}
    equals |= {"events:detail-type": list(detail_types)} if detail_types else {}
    conditions = {**OVER_TLS, "StringEquals": equals}
    return need(bus, Allowed(("events:PutEvents",), (bus.event_bus_arn,), conditions))
