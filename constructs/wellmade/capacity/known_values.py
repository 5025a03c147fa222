"""What template and capacity file say, and what is assumed where neither does."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TypeVar

from wellmade.capacity.names import UnknownNameError, find, short
from wellmade.capacity.workload import Runs, Source, Workload
from wellmade.errors import WellmadeError
from wellmade.facts.lambda_ import DEFAULT_TIMEOUT
from wellmade.graph import Graph, Kind, Resource, Unknown, Value, flag, number, options

FUNCTIONS = ("AWS::Lambda::Function", "AWS::Serverless::Function")
TASK = "AWS::ECS::TaskDefinition"
COMPUTE = (*FUNCTIONS, TASK)
STATE_MACHINES = ("AWS::StepFunctions::StateMachine", "AWS::Serverless::StateMachine")
QUEUE = "AWS::SQS::Queue"
BROKER = "AWS::AmazonMQ::Broker"
DATABASES = ("AWS::RDS::DBProxy", "AWS::RDS::DBCluster", "AWS::RDS::DBInstance")
APIS = (
    "AWS::ApiGateway::RestApi",
    "AWS::ApiGatewayV2::Api",
    "AWS::Serverless::Api",
    "AWS::Serverless::HttpApi",
)
STREAMS = ("AWS::Kinesis::Stream", "AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable")
_NO_MESSAGES = (
    "AWS::CloudWatch::Alarm",
    "AWS::CloudWatch::CompositeAlarm",
    "AWS::CloudFormation::CustomResource",
)
_SAID_NOTHING = Runs()
_T = TypeVar("_T")


def sends(source: Resource, target: Resource) -> str:
    """Return what is assumed of a function that may send somewhere."""
    return f"{short(source)}: sends one message to {short(target)} for each item"


def is_source(resource: Resource) -> bool:
    """Tell whether what a resource sets off is load: alarms and custom resources start something rarely."""
    return resource.type not in _NO_MESSAGES and not resource.type.startswith("Custom::")


class KnownValues:
    """Answers each question once and remembers every assumption that an answer took."""

    def __init__(self, graph: Graph, workload: Workload) -> None:
        """Find every resource that the workload names.

        Raises:
            WellmadeError: If a name means no resource of the kind that belongs there.
        """
        self.graph = graph
        self.workload = workload
        self.parts: dict[tuple[str, str], float] = {}
        """Which part of a queue's messages each consumer takes."""
        self.reached: frozenset[str] = frozenset()
        """The resources that messages get to."""
        self.unsaid: dict[tuple[str, str], None] = {}
        """Settings that are not known, by resource and path."""
        self._assumed: dict[str, None] = {}
        self._left_out: dict[str, str] = {}
        self._unknown: dict[str, None] = {}
        self._runs: dict[str, Runs] = {}
        self._calls: dict[str, dict[str, float]] = {}
        for name, runs in workload.runs.items():
            runner = self._runner(name).id
            if runner in self._runs:
                workload.refuse_again("functions", name)
            # A flag says how long, and the file the rest.
            told = replace(self._runs.get(runner, runs), seconds=runs.seconds)
            self._runs[runner] = told
            self._calls[runner] = {self._called(name, one): times for one, times in told.calls.items()}
        self._sources = self._named("sources", workload.sources, (QUEUE, *STREAMS))
        self._databases = self._named("databases", workload.databases, DATABASES)
        called = {one for runs in workload.runs.values() for one in runs.calls}
        for name in sorted(set(workload.limits) - called):
            raise WellmadeError(
                f"{workload.place('limits', name)} is called by nothing; name it under some calls"
            )

    @property
    def assumptions(self) -> list[str]:
        """Return what was assumed, in the order in which it was needed."""
        return list(self._assumed)

    def assume(self, text: str) -> None:
        """Remember an assumption."""
        self._assumed.setdefault(text)

    @property
    def left_out(self) -> list[tuple[str, str]]:
        """Return what the answers leave out, each with what it may change."""
        return list(self._left_out.items())

    def leave(self, what: str, effect: str) -> None:
        """Remember that something is not judged, and what it may change."""
        self._left_out.setdefault(what, effect)

    def leave_out(self, source: Resource, target: Resource) -> None:
        """Take back the assumption that one sends to the other, as it would be a cycle."""
        self._assumed.pop(sends(source, target), None)
        self.assume(f"{short(source)}: sends nothing back to {short(target)}, which would be a cycle")

    def value_or_assume(
        self, resource: Resource, path: str, default: float, unit: str, *, least: float = 0.0
    ) -> float:
        """Return a number of the template, or the default; of several that conditions allow the smallest.

        What is below the least that AWS takes counts as unknown.
        """
        value = resource.get(path)
        found = resource.number(path)
        if found is not None and found >= least:
            return found
        known = [one for one in map(number, options(value)) if one is not None and one >= least]
        answer = min(known, default=default)
        why = "the smaller of both branches" if known else "AWS's default" if value is None else "unknown"
        self.assume(f"{short(resource)}: {path} {answer:g} {unit} ({why})")
        if value is not None and found is None:
            self.unknown(resource, path, value)
        return answer

    def number(self, resource: Resource, path: str, default: float) -> float:
        """Return a number of the template; the default, which needs no mention, where it says none."""
        value = resource.get(path)
        found = number(value)
        if found is None and value is not None:
            self.unknown(resource, path, value)
        return default if found is None else found

    def flag(self, resource: Resource, path: str, *, default: bool) -> bool:
        """Return a truth value of the template; the default where it says none."""
        value = resource.get(path)
        found = flag(value)
        if found is None and value is not None:
            self.unknown(resource, path, value)
        return default if found is None else found

    def unknown(self, resource: Resource, path: str, value: Value) -> None:
        """Remember a setting that decides the answer, and that neither template nor capacity file tells."""
        self.unsaid.setdefault((resource.id, path))
        line = f":{resource.line}" if resource.line else ""
        reason = f", {value.reason}" if isinstance(value, Unknown) else ""
        name = short(resource)
        self.undecided(
            f"{path} of {name} ({resource.template.name}{line}){reason}; say settings.{name}.{path}"
        )

    def undecided(self, text: str) -> None:
        """Remember something else without which nobody can tell whether it holds."""
        self._unknown.setdefault(text)

    @property
    def unknowns(self) -> list[str]:
        """Return the settings that are not known, each with where to say it."""
        return list(self._unknown)

    def stated_or_assume(self, resource: Resource, key: str, default: float, why: str) -> float:
        """Return a number of the capacity file about a function or a task, or the default."""
        value: float | None = getattr(self._runs.get(resource.id, _SAID_NOTHING), key)
        if value is None:
            self.assume(f"{short(resource)}: {key} {default:g} ({why})")
        return default if value is None else value

    def stated_or_default(self, resource: Resource, key: str, default: float) -> float:
        """Return the same where the default needs no mention of its own: one item, no failure."""
        value: float | None = getattr(self._runs.get(resource.id, _SAID_NOTHING), key)
        if value is None and key in ("items", "failures"):
            self.assume(f"{short(resource)}: {'one item a message' if key == 'items' else 'no run fails'}")
        return default if value is None else value

    def source(self, resource: Resource) -> Source:
        """Return what the file says about a queue or stream."""
        return self._sources.get(resource.id, Source())

    def calls(self, resource: Resource) -> dict[str, float]:
        """Return the calls for each item that the file says, by resource id or name of a limit."""
        return self._calls.get(resource.id, {})

    def connections(self, resource: Resource) -> float | None:
        """Return how many connections a database takes as the file says."""
        return self._databases.get(resource.id)

    def seconds(self, resource: Resource) -> tuple[float, float]:
        """Return the seconds of a run, and of each message on top."""
        items = self.stated_or_default(resource, "items", 1.0)
        each = self.stated_or_default(resource, "seconds_per_item", 0.0)
        if resource.type == TASK:
            default = 0.0 if each else 1.0
            fixed = self.stated_or_assume(
                resource, "seconds", default, "assumed for a message, say how long it takes"
            )
        elif each and self.stated_or_default(resource, "seconds", -1.0) < 0:
            fixed = 0.0
        else:
            timeout = self.number(resource, "Timeout", DEFAULT_TIMEOUT)
            fixed = self.stated_or_assume(resource, "seconds", timeout, "the whole timeout, for each run")
        return fixed, each * items

    def entry(self, name: str) -> Resource:
        """Return the resource at which something arrives."""
        flowing = {
            edge.source.id: edge.source
            for edge in self.graph.edges()
            if edge.kind in (Kind.POLLS, Kind.PUBLISHES, Kind.INVOKES_ASYNC, Kind.INVOKES_SYNC, Kind.ROUTES)
            and is_source(edge.source)
        }
        flowing |= {one.id: one for one in self.graph.of_type(QUEUE, *FUNCTIONS, *APIS)}
        return self._find("arrivals", name, flowing.values())

    def _runner(self, name: str) -> Resource:
        services = self.graph.of_type("AWS::ECS::Service")
        runners = [*self.graph.of_type(*COMPUTE, *STATE_MACHINES), *services]
        found = self._find("functions", name, runners)
        if found.type == "AWS::ECS::Service":
            task = self.graph.target(found.get("TaskDefinition"), TASK)
            if task is None:
                raise WellmadeError(
                    f"{self.workload.place('functions', name)}: its task definition is unknown"
                )
            return task
        return found

    def _called(self, runner: str, name: str) -> str:
        if name in self.workload.limits:
            return name
        try:
            return find(name, self.graph.resources.values()).id
        except UnknownNameError as error:
            place = self.workload.place("functions", runner)
            raise WellmadeError(f"{place}: calls {name}, which {error}, or a name under limits") from error

    def _named(self, section: str, entries: Mapping[str, _T], types: tuple[str, ...]) -> dict[str, _T]:
        among = self.graph.of_type(*types)
        found: dict[str, _T] = {}
        for name, value in entries.items():
            key = self._find(section, name, among).id
            if key in found:
                self.workload.refuse_again(section, name)
            found[key] = value
        return found

    def _find(self, section: str, name: str, among: Iterable[Resource]) -> Resource:
        try:
            return find(name, among)
        except UnknownNameError as error:
            raise WellmadeError(f"{self.workload.place(section, name)} {error}") from error
