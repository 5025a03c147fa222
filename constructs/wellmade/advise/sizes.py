"""How large and how many functions and tasks of the printed lines are, so that they hold the stated load."""

from math import ceil

from wellmade.advise.workload import Workload
from wellmade.cost.choices import BUSY
from wellmade.facts.fargate import SIZES
from wellmade.facts.lambda_ import MEMORY

_MEMORY, _COPIES = 512, 10
"""What a `PythonFunction` has where nothing is said."""
_SPARE = 1.2
_RESERVABLE = 800
"""Of the 1,000 copies of an account 100 cannot be reserved, and others are kept for its other functions.

Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
"""
_POLLED = 1000
"""Most copies that a queue may ask for: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html"""
_TASK = (512, 1024)
_TASKS, _LEAST_TASKS = 10, 2
"""What a `WebService` and a `FargateWorker` have where nothing is said: CPU units and MiB, and most tasks."""
_WAITS = 300
"""Seconds that a message may wait for a `FargateWorker` where nothing is said."""
MOST_TASKS = 5000
"""Of a service: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html"""


def copies(workload: Workload) -> int:
    """Return how many copies of a function work at once at the peak, with a fifth to spare."""
    return ceil(_SPARE * workload.number("peak") * workload.number("duration"))


def function_options(workload: Workload, least: int = _COPIES) -> str:
    """Return memory and reservation of a function, where its own are too small or too large for the load.

    Args:
        workload: What it is for.
        least: Copies that are reserved at least. Default: as many as a `PythonFunction` reserves by itself.
    """
    memory = ceil(workload.number("memory"))
    sized = f", memory_size={memory}" if _MEMORY < memory <= MEMORY[1] else ""
    kept = reserved(workload, least)
    return f"{sized}, reserved_concurrency={kept}" if kept != _COPIES else sized


def reserved(workload: Workload, least: int = _COPIES) -> int | None:
    """Return how many copies of a function are reserved; None where an account cannot reserve so many."""
    kept = wanted(workload, least)
    return kept if kept <= _RESERVABLE else None


def wanted(workload: Workload, least: int = _COPIES) -> int:
    """Return how many copies of a function may work at once: what it calls says so, else the peak."""
    bound = int(workload.number("downstream"))
    return max(2, bound) if bound else max(least, copies(workload))


def polling_options(workload: Workload) -> str:
    """Return how many copies a queue asks for, where no reservation of the function says so."""
    free = reserved(workload) is None
    return f", max_concurrency={min(wanted(workload), _POLLED)}" if free else ""


def task_options(workload: Workload) -> str:
    """Return the size of a task, where a run takes more memory than tasks have."""
    size = _size(workload)
    return f", size=TaskSize(cpu={size[0]}, memory={size[1]})" if size != _TASK else ""


def service_options(workload: Workload, bound: int = MOST_TASKS, each: int | None = None) -> str:
    """Return size and number of the tasks of a `WebService`.

    Args:
        workload: What it is for; what it calls bounds the tasks, as each works on several requests.
        bound: Most tasks.
        each: How many of a task may call at once, as its pool says. Default: as many as it works on.
    """
    taken = allowed_tasks(workload, bound, each or at_once(workload))
    most = tasks(workload, taken)
    if most > _TASKS or taken < _TASKS:
        least = ", min_capacity=1" if most < _LEAST_TASKS else ""
        return f"{task_options(workload)}, scaling=Scaling(max_capacity={most}{least})"
    return task_options(workload)


def service_remark(workload: Workload, each: int | None = None) -> str:
    """Return why a `WebService` has no more tasks, where what it calls says so, and if they are too few."""
    allowed = int(workload.number("downstream"))
    if not allowed:
        return ""
    pool = each or at_once(workload)
    taken, needed = allowed_tasks(workload, MOST_TASKS, pool), tasks(workload)
    few = f"# The peak takes {needed} tasks: with {taken} requests wait and fail, so let it take more.\n"
    return (
        f"# What it calls takes {allowed} at once, of which each task has {min(allowed, pool)}: "
        f"keep its pool at that.\n{few if taken < needed else ''}"
    )


def allowed_tasks(workload: Workload, bound: int, each: int) -> int:
    """Return how many tasks may call at once what takes only so many, where each calls with so many."""
    allowed = int(workload.number("downstream"))
    return min(bound, max(1, allowed // each)) if allowed else bound


def at_once(workload: Workload) -> int:
    """Return how many requests a task of a `WebService` works on at once, as busy as it should be."""
    units, mebibytes = _size(workload)
    by_processor = units / 1024 / workload.number("processor_share")
    return max(1, int(BUSY * min(by_processor, mebibytes / workload.number("memory"))))


def worker_options(workload: Workload, bound: int = MOST_TASKS) -> str:
    """Return size and number of the tasks of a `FargateWorker`, which scales by what a message takes.

    A task works on one message at a time, so that what it calls bounds the tasks.
    """
    taken = min(bound, int(workload.number("downstream")) or bound)
    most, seconds = tasks(workload, taken), max(1, ceil(workload.number("duration")))
    told = f"max_capacity={most}, processing_time=Duration.seconds({seconds})"
    if seconds > _WAITS:
        told += f", acceptable_latency=Duration.seconds({2 * seconds})"
    default = most <= _TASKS <= taken and seconds <= _WAITS
    scaled = "" if default else f", scaling=BacklogScaling({told})"
    return f"{task_options(workload)}{scaled}"


def tasks(workload: Workload, bound: int = MOST_TASKS) -> int:
    """Return how many tasks the peak takes, by processors or by memory: two at least, if the bound lets."""
    units, mebibytes = _size(workload)
    runs = workload.number("peak") * workload.number("duration")
    by_processor = runs * workload.number("processor_share") / (units / 1024)
    by_memory = runs * workload.number("memory") / mebibytes
    return min(bound, max(_LEAST_TASKS, ceil(max(by_processor, by_memory) / BUSY)))


def readers(workload: Workload) -> int:
    """Return the tasks that read what comes one by one, of which what they call bounds the number."""
    return tasks(workload, int(workload.number("downstream")) or MOST_TASKS)


def capped(workload: Workload) -> str:
    """Return a remark where one service has too few tasks."""
    return "  # all of one service: take larger tasks, or several" if tasks(workload) == MOST_TASKS else ""


def _size(workload: Workload) -> tuple[int, int]:
    """Return the smallest size from half a processor on that has the memory; the largest where none has."""
    memory = workload.number("memory")
    ways = [(units, each) for units, offered in SIZES.items() if units >= _TASK[0] for each in offered]
    return next((way for way in ways if way[1] >= memory), ways[-1])
