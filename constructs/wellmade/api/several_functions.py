"""An API of several functions is no workload itself: each of them is."""

from typing import Any, NoReturn

from constructs import IConstruct, Node

from wellmade.kit.refusals import refusal
from wellmade.kit.workload import Workload


class SeveralFunctions:
    """Stands for the workload of an API with several functions, and says which to take instead."""

    def __init__(self, api: IConstruct, first_route: str) -> None:
        self._api, self._route = api, first_route

    @property
    def node(self) -> Node:
        """The API's place in the tree."""
        return self._api.node

    @property
    def max_concurrency(self) -> int | None:
        """None: each function has its own."""
        return None

    @property
    def grant_principal(self) -> NoReturn:
        """Each function has a role of its own."""
        raise self.refused()

    @property
    def connections(self) -> NoReturn:
        """Each function has a network of its own."""
        raise self.refused()

    def allow(self, *_: Any, **__: Any) -> None:
        """Refuse: each function calls something else."""
        raise self.refused()

    def add_environment(self, name: str, value: str, /) -> None:  # noqa: ARG002 - of the protocol
        """Refuse: each function has variables of its own."""
        raise self.refused()

    def refused(self) -> ValueError:
        """Return what is raised."""
        fix = f"pass the function that needs it, such as functions[{self._route!r}]"
        allowed = "one for all routes where the API is used as a workload"
        return refusal(self._api, "function", allowed, "several", fix)


def _is_workload(several: SeveralFunctions) -> Workload:
    """Let the type checker tell when the two come apart."""
    return several
