"""Each function and each program of a template, compared with what its code called."""

from collections.abc import Mapping

from wellmade.graph import Graph, Resource, as_list, as_mapping, text
from wellmade.prove.calls import AccountContext
from wellmade.prove.naming import ACCOUNT, names_of
from wellmade.prove.recordings import Recording
from wellmade.prove.report import Report, prove
from wellmade.prove.subject import role_behind


def functions_in(graph: Graph) -> list[Resource]:
    """Return the functions whose handlers can be recorded: those in Python."""
    functions = graph.of_type("AWS::Lambda::Function")
    return [function for function in functions if str(function.get("Runtime", "")).startswith("python")]


def programs_in(graph: Graph) -> list[Resource]:
    """Return the task definitions whose programs call AWS under a role of their own."""
    tasks = graph.of_type("AWS::ECS::TaskDefinition")
    return [task for task in tasks if task.get("TaskRoleArn") is not None]


def prove_workload(graph: Graph, workload: Resource, recordings: Mapping[str, Recording]) -> Report | None:
    """Compare a role with the recording of the code that works with it; None where one of them is missing.

    Raises:
        UnmappedCallError: If it is unknown what a call needs.
    """
    found = [recordings[name] for name in _packages(workload) if name in recordings]
    if not found:
        return None
    environment = {name: value for each in found for name, value in each.environment.items()}
    calls = [call for each in found for call in each.calls]
    names = names_of(graph, workload, environment, calls)
    role = role_behind(graph, workload, names)
    return prove(calls, role, AccountContext(ACCOUNT)) if role else None


def _packages(workload: Resource) -> list[str]:
    """Return the folders of the code: the handler's first word, or the names of a task's containers."""
    if workload.type == "AWS::ECS::TaskDefinition":
        containers = map(as_mapping, as_list(workload.get("ContainerDefinitions")))
        return [text(container.get("Name")) or "" for container in containers]
    return [(text(workload.get("Handler")) or "").split(".")[0]]


def unknown(workload: Resource) -> str:
    """Say why nothing can be said of a workload."""
    if workload.type.endswith("::StateMachine"):
        return "a state calls a service, or names something, that is not known here"
    return "no calls were recorded for its code; run its tests with --tests or --record-calls"


def shortcomings(workload: Resource, report: Report | None) -> list[str]:
    """Return a line for each thing that keeps a role from being proven."""
    if report is None:
        return [unknown(workload)]
    return [
        *(f"denied: {each.action} on {each.resource}: {each.reason}" for each in report.denied),
        *(f"granted and {each.why}: {each.action} on {each.resource}" for each in report.unused),
        *(f"declared and not granted: {each.action} ({each.reason})" for each in report.stale),
    ]
