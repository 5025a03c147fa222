"""How work is started: the lines that join what lets it in with what does it."""

from collections.abc import Mapping
from dataclasses import dataclass

from wellmade.advise.line_texts import texts

ROLES = {"managed": "handler", "fargate": "task", "instances": "task.task_role", "pods": "role"}
"""Who is granted where a program is no construct of Wellmade."""


@dataclass(frozen=True)
class Entry:
    """Lines that join what starts the work with what does it.

    Args:
        kind: What does it: `function`, `managed`, `task`, `fargate`, `instances` or `pods`.
        body: The lines, with placeholders.
    """

    kind: str
    body: str


def entry_for(kind: str, names: Mapping[str, str], starts_with: str) -> Entry | None:
    """Return how the work is started; None where there are no lines for that."""
    if kind in ("instances", "pods"):
        return _plain(kind, names, starts_with)
    if kind == "managed":
        body = _with_constructs("function", names, starts_with)
        return Entry(kind, body + texts()["managed"]["capacity"]) if body else None
    body = _with_constructs(kind, names, starts_with)
    if body is None and kind == "task":
        return _plain("fargate", names, starts_with)
    return Entry(kind, body) if body else None


def _with_constructs(kind: str, names: Mapping[str, str], starts_with: str) -> str | None:
    known, messaging, front = texts(), names.get("messaging"), names.get("front_door", "")
    if messaging is None:
        return known.get(kind, {}).get(front)
    if starts_with == "files":
        return _files(kind, messaging)
    worker = known.get(kind, {}).get(messaging)
    if starts_with != "requests" or worker is None:
        return worker
    if kind == "function" and messaging == "queue" and front in ("http_api", "rest_api"):
        return known["function"]["jobs"]
    intake = _intake(front)
    return f"{worker}{intake}{known['sends'][messaging]}\n" if intake else None


def _files(kind: str, messaging: str) -> str | None:
    known = texts()
    if messaging == "queue":
        return known[kind]["files"]
    arrivals = known["uploads"].get(messaging)
    return f"{known[kind]['queue']}{arrivals}" if arrivals else None


def _intake(front: str) -> str:
    """Return the lines of what accepts requests and sends them on."""
    if front == "websocket_api":
        text = texts()["function"][front].replace("{network}", "")
        return text.replace("handler", "intake").replace("Handler", "Intake")
    return texts()["intake"].get(front, "")


def _plain(kind: str, names: Mapping[str, str], starts_with: str) -> Entry | None:
    """Return lines of plain CDK for a program of one's own."""
    known, messaging, front = texts(), names.get("messaging"), names.get("front_door", "")
    own = known[kind]
    base = own["cluster"] + ("" if starts_with == "schedule" else own.get("service", ""))
    balanced = own.get(front) if front == "load_balancer" else None
    if messaging is None:
        return Entry(kind, base + balanced) if balanced else None
    if starts_with == "files":
        arrivals = known["uploads"].get(messaging)
        return Entry(kind, base + known["plain"]["queue"] + arrivals) if arrivals else None
    fed = own.get(messaging) or known["plain"].get(messaging)
    if fed is None or starts_with != "requests":
        return Entry(kind, base + fed) if fed else None
    if balanced:
        # The program behind the balancer itself sends what it works off later.
        return Entry(kind, base + balanced + fed + _sent(messaging, ROLES[kind]))
    intake = _intake(front)
    return Entry(kind, base + fed + intake + _sent(messaging, "intake")) if intake else None


def _sent(messaging: str, sender: str) -> str:
    return texts()["sends"][messaging].replace("intake", sender) + "\n"
