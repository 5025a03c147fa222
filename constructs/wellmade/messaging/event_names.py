"""Which events may be listened to."""

from wellmade.contracts import Contracts, versioned
from wellmade.contracts.names import is_command
from wellmade.kit.refusals import refusal


def refuse_wrong_name(path: str, event: str, contracts: Contracts | None) -> None:
    """Raise unless an event is named for what happened, with its version, and has a contract if any do.

    Args:
        path: The consumer's path.
        event: The event's name.
        contracts: Those of the producer; None where there are none.

    Raises:
        RefusedError: If it is not.
    """
    if not versioned(event):
        fix = "add the version, so that a breaking change can go beside it"
        raise refusal(path, "event", "a name with a version, such as 'OrderPlaced.v1'", repr(event), fix)
    if is_command(event):
        fix = "name what happened, such as 'OrderPlaced.v1', or send the command to a queue"
        got = f"the command {event!r}"
        raise refusal(path, "event", "what happened", got, fix, rule="event-named-as-command")
    if contracts and event not in contracts.current:
        fix = f"add {event}.json to {contracts.folder}"
        raise refusal(path, "event", f"one of {', '.join(contracts.current)}", repr(event), fix)
