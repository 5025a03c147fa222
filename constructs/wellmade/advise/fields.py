"""What is asked about a workload: answers with units and bounds, and what is taken where one is left out."""

from dataclasses import dataclass

Value = float | str | bool | None


@dataclass(frozen=True)
class Field:
    """One question.

    Args:
        name: The key in the file.
        question: As it is asked at the terminal.
        default: What is assumed; `None` where another answer decides, as `otherwise` says.
        otherwise: What is assumed then, in words.
        choices: The answers that there are. Default: a number, or yes and no where the default is one.
        unit: Of a number.
        least: Least number.
        most: Most.
        whole: Whether only whole numbers are taken.
        or_none: Whether `none` is an answer beside numbers.
    """

    name: str
    question: str
    default: Value = None
    otherwise: str = ""
    choices: tuple[str, ...] = ()
    unit: str = ""
    least: float = 0.0
    most: float = 1e12
    whole: bool = False
    or_none: bool = False

    @property
    def is_flag(self) -> bool:
        """Tell whether the answer is yes or no."""
        return isinstance(self.default, bool)

    @property
    def allowed(self) -> str:
        """Return what may be answered, in words."""
        if self.is_flag:
            return "yes or no"
        if self.choices:
            return ", ".join(self.choices)
        kind = "a whole number" if self.whole else "a number"
        bounds = f"{kind} from {self.least:g} to {self.most:g}"
        return f"{bounds}, or none" if self.or_none else bounds


FIELDS = (
    Field(
        "starts_with",
        "What starts the work?",
        "requests",
        choices=("requests", "files", "messages", "schedule", "table_changes"),
    ),
    Field("rate", "How many a second, on average of a month?", 1.0, unit="a second", least=1e-7, most=1e6),
    Field(
        "peak",
        "How many a second at the peak?",
        otherwise="twice the rate",
        unit="a second",
        least=1e-7,
        most=1e7,
    ),
    Field("duration", "How many seconds does one take?", 0.1, unit="s", least=0.001, most=1e6),
    Field(
        "processor_share",
        "For what share of that does a whole processor work?",
        otherwise="what a function of this memory has of one",
        least=0.001,
        most=1,
    ),
    Field("memory", "How many MB of memory does one take?", 512.0, unit="MB", least=1, most=25_000_000),
    Field(
        "latency",
        "Within how many seconds must it be answered, if somebody waits?",
        otherwise="10 times the duration for requests, none for all else",
        unit="s",
        least=0.001,
        most=1e6,
        or_none=True,
    ),
    Field(
        "websocket", "Do clients keep a connection open, over which they are sent messages?", default=False
    ),
    Field(
        "connected", "How many of these connections are open at once?", 1000.0, unit="connections", most=1e8
    ),
    Field("relational", "Does it keep connections to a relational database?", default=False),
    Field(
        "downstream",
        "How many runs at once does the slowest thing take that it calls?",
        otherwise="none",
        unit="runs",
        least=1,
        most=1e6,
        or_none=True,
    ),
    Field(
        "team",
        "Who runs it: a small team, a product team with its containers, or one with Kubernetes?",
        "product",
        choices=("small", "product", "kubernetes"),
    ),
    Field(
        "program",
        "Is it new, or an existing program that runs as a server?",
        "new",
        choices=("new", "existing"),
    ),
    Field("gpu", "Does it need a GPU?", default=False),
    Field("ordering", "What must be done in order?", "none", choices=("none", "by_key")),
    Field("replay", "Must what has been read be readable again?", default=False),
    Field(
        "consumers",
        "How many independent readers does each message have?",
        1.0,
        least=1,
        most=1000,
        whole=True,
    ),
    Field("size", "How many KB does a request, message or file have?", 10.0, unit="KB", most=5e10),
    Field("interruption", "May a run be interrupted, and be started again?", default=False),
    Field("regions", "In how many regions must it run at once?", 1.0, least=1, most=40, whole=True),
    Field(
        "data",
        "How is the data asked for that it keeps?",
        "none",
        choices=("none", "by_key", "relational", "objects", "analytics", "sessions"),
    ),
    Field("stored", "How many GB of data does it keep?", 10.0, unit="GB", most=1e9),
)
"""In the order in which they are asked."""
BY_NAME = {field.name: field for field in FIELDS}
