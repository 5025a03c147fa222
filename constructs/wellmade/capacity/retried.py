"""Messages that failed and wait for their next attempt, which a backlog holds beside those that are new."""

from dataclasses import replace
from math import inf

from wellmade.capacity.attempts import fate
from wellmade.capacity.channel import Channel


def retries_waiting(channel: Channel, calm: float, served: float, wait: float) -> float:
    """Return by how many messages a backlog is longer than if each message had all of its attempts at once.

    A fluid counts attempts: a message that failed has fewer of them before it than a new one, so that more
    messages make up the same work. They are hidden for the visibility timeout, and then wait once more.

    Args:
        channel: Of a queue.
        calm: Messages a second before the backlog began.
        served: Messages a second that get through while it grows.
        wait: Seconds for which one waits when it is longest.
    """
    work = channel.work
    attempts = fate(work.failing, work.batch).work
    if work.visibility == inf or work.failing.ordered or attempts <= 1:
        return 0.0
    failed = replace(work.failing, most=max(1.0, work.failing.most - 1))
    left = fate(failed, work.batch).work / attempts
    before, now = (rate * (attempts - 1) for rate in (calm, served))
    return before * work.visibility * left + now * (work.visibility + wait) * max(0.0, 1 - left)
