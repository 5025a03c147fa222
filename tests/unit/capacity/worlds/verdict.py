"""What a simulation says: whether a world holds, what breaks first, and the figures."""

from math import inf

from tests.unit.capacity.worlds.flow import Flow
from tests.unit.capacity.worlds.running import LOOK, WARM, Running, Seen
from tests.unit.capacity.worlds.spec import Part, World

MESSAGES = 12_000
LONGEST = 40_000.0
DAY = 86_400.0


def seen_of(world: World, seed: int, messages: int = MESSAGES) -> dict[str, Seen]:
    """Run a world and return what is seen of each of its flows."""
    running = Running(world, seed)
    if world.hours:
        end = WARM + world.hours * 3600
        running.clock.run(end)
        limit = min(LONGEST, end + max(3600.0, messages / world.rate))
        at_end = {name: flow.waiting for name, flow in running.flows.items()}
        while running.clock.now < limit and not _calm(running):
            running.clock.run(running.clock.now + 60)
            falls = all(
                flow.waiting < 0.97 * at_end[name] or flow.waiting <= _rest(running, name)
                for name, flow in running.flows.items()
            )
            if running.clock.now >= limit and falls:
                limit = min(LONGEST, limit * 2)
    else:
        running.clock.run(WARM + min(DAY, max(900.0, messages / world.rate / len(world.entries))))
    return {name: _seen(world, world.part(name), flow) for name, flow in running.flows.items()}


def _calm(running: Running) -> bool:
    return all(flow.waiting <= _rest(running, name) for name, flow in running.flows.items())


def _rest(running: Running, name: str) -> float:
    return 3 + 2 * _resting(running.world, running.world.part(name))


def _resting(world: World, part: Part) -> float:
    """Return the messages that are about at the load of the rest of the day, without any backlog."""
    gains = 1.0
    for source, target, gain in world.links:
        if target == part.name and source in world.entries:
            gains = gain
    for source, target in world.dead:
        if target == part.name:
            gains = world.part(source).failures ** (world.part(source).receives or 1)
    again = _hidden(part)
    batch = part.batch if part.kind != "tasks" else 1
    return world.rate * gains * (part.seconds + part.each * batch + part.window + 1 + again)


def _hidden(part: Part) -> float:
    """Return the seconds that a message waits for its next attempts; a stream holds none back."""
    if part.kind in ("stream", "api"):
        return 0.0
    if part.kind == "topic":
        return part.failures * 60 + part.failures**2 * 120
    return part.failures * part.visibility * (part.batch if not part.partial else 1)


def _seen(world: World, part: Part, flow: Flow) -> Seen:
    curve = flow.curve
    after = [one for one in curve if one[0] >= WARM]
    most = max(after, key=lambda one: one[1])
    came = flow.came + flow.refused
    found = Seen(backlog=most[1], oldest=flow.oldest, lost=flow.lost, came=came)
    if world.hours:
        resting = 3 + 2 * _resting(world, part)
        calm = next((at for at, waiting, _ in after if at > most[0] and waiting <= resting), inf)
        found.drained_at = calm - WARM
        start = next((at for at, waiting, _ in after if waiting > resting), WARM)
        found.growth = most[1] / max(most[0] - start, LOOK)
    else:
        half = after[len(after) // 3]
        found.growth = (after[-1][1] - half[1]) / (after[-1][0] - half[0])
        found.drained_at = inf if found.growth > 0.025 * flow.came / curve[-1][0] else 0.0
    _judge(part, flow, found)
    return found


def _judge(part: Part, flow: Flow, found: Seen) -> None:
    alarm = _alarm(part, flow)
    moments = {
        "refused": (flow.refused > 1e-3 * max(found.came, 1) and flow.refused > 3, flow.first_refused),
        "lost": (flow.lost > 0, flow.first_loss),
        "alarm": (alarm is not None, alarm),
        "never drains": (found.drained_at == inf, flow.curve[-1][0]),
    }
    broken = [(at if at is not None else inf, kind) for kind, (holds, at) in moments.items() if holds]
    if broken:
        found.first, found.problem = min(broken)


def _alarm(part: Part, flow: Flow) -> float | None:
    """Return when an alarm rings: its value is over the line at the end of so many minutes in a row."""
    for said, place in ((part.alarm_age, 2), (part.alarm_depth, 1)):
        if said is None:
            continue
        row = 0
        minutes: dict[int, float] = {}
        for one in flow.curve:
            if one[0] >= WARM:
                minute = int((one[0] - WARM) // 60)
                minutes[minute] = max(minutes.get(minute, 0.0), one[place])
        for minute, value in sorted(minutes.items()):
            row = row + 1 if value > said[0] else 0
            if row >= said[1]:
                return WARM + minute * 60
    return None
