"""The functions behind an API: each once, whatever the number of its routes."""

from pathlib import Path
from typing import cast

from aws_cdk import Duration
from aws_cdk import aws_kms as kms
from constructs import Construct, IConstruct

from wellmade.foundation.alarms import Alarms, Thresholds
from wellmade.foundation.function_option import FunctionOption, Handling, handling
from wellmade.foundation.invoke_permission import let_service_invoke
from wellmade.foundation.provisioned_concurrency import ProvisionedConcurrency
from wellmade.foundation.python_function import PythonFunction
from wellmade.kit.environments import refuse_elsewhere
from wellmade.kit.lookups import offers, outermost_stack, path_of, stack_of
from wellmade.kit.refusals import refusal

HANDLER = "Handler"
SERVICE = "apigateway.amazonaws.com"


class ApiFunctions:
    """Takes the functions that an API is given, or defines them.

    Args:
        api: The pattern.
        encryption_key: Of functions that are defined here.
        alarm_thresholds: Of all their alarms.
        provisioned_concurrency: Of functions that are defined here. Default: none.
    """

    def __init__(
        self,
        api: Construct,
        *,
        encryption_key: kms.IKey | None,
        alarm_thresholds: Thresholds | None,
        provisioned_concurrency: int | ProvisionedConcurrency | None = None,
    ) -> None:
        self._api, self._key = api, encryption_key
        self._thresholds, self._warm = alarm_thresholds, provisioned_concurrency
        self._known: dict[str, Handling] = {}
        self._ids: dict[str, str] = {}

    def take(self, function: FunctionOption, construct_id: str, timeout: Duration) -> Handling:
        """Return a function as the API uses it; the same one each time that it is given.

        Args:
            function: What the user gave.
            construct_id: Of a function that is defined here, and of the alarms of somebody else's.
            timeout: Of a function that is defined here.

        Raises:
            RefusedError: If it is neither a name, a path nor a function, or two share a construct id.
        """
        key = _identity(function)
        if key not in self._known:
            self._known[key] = self._take(function, key, construct_id, timeout)
        return self._known[key]

    @property
    def alarms(self) -> dict[str, Alarms]:
        """The alarms of all functions, those of authorizers included, by the functions' ids."""
        return {local_id(self._api, each.given): each.alarms for each in self._known.values()}

    def _take(self, function: FunctionOption, key: str, construct_id: str, timeout: Duration) -> Handling:
        if isinstance(function, str | Path):
            return self._define(function, key, construct_id, timeout)
        if isinstance(function, PythonFunction) or not offers(function, "function_arn"):
            return handling(self._api, function, alarm_thresholds=self._thresholds, lets_in=True)
        refuse_elsewhere(self._api, "function", function, imported=["region"])
        # Its alarms are defined here, and several functions have alarms of the same names.
        owner = Construct(self._api, self._free(f"{local_id(self._api, cast(Construct, function))} ", key))
        return handling(owner, function, alarm_thresholds=self._thresholds, lets_in=True)

    def _define(self, function: str | Path, key: str, construct_id: str, timeout: Duration) -> Handling:
        return handling(
            self._api,
            function,
            construct_id=self._free(construct_id, key),
            timeout=timeout,
            encryption_key=self._key,
            provisioned_concurrency=self._warm,
            alarm_thresholds=self._thresholds,
        )

    def _free(self, construct_id: str, key: str) -> str:
        taken = self._ids.setdefault(construct_id, key)
        if taken != key:
            fix = "define a PythonFunction for one of them and pass that"
            got = f"{taken} and {key}, which would both be called {construct_id}"
            raise refusal(self._api, "routes", "functions of different names", got, fix)
        return construct_id


def _identity(function: FunctionOption) -> str:
    if isinstance(function, str | Path):
        return str(function)
    return path_of(function) if isinstance(function, Construct) else repr(function)


def id_of_own(function: FunctionOption | None) -> str:
    """Return the id of a function that is defined here: `HandlerOrderIntake`, of the API's own `Handler`."""
    if not isinstance(function, str | Path):
        return HANDLER
    words = Path(function).name.replace("-", "_").split("_")
    return HANDLER + "".join(word[:1].upper() + word[1:] for word in words)


def local_id(scope: IConstruct, construct: IConstruct) -> str:
    """Return what tells a construct from others in ids below `scope`: its path, as short as it can be."""
    home, own = (outermost_stack(stack_of(each)) for each in (construct, scope))
    within = path_of(construct).removeprefix(f"{path_of(home)}/")
    if path_of(home) != path_of(own):
        return f"{home.stack_name}/{within}"
    return path_of(construct).removeprefix(f"{path_of(scope)}/") if _is_below(scope, construct) else within


def _is_below(scope: IConstruct, construct: IConstruct) -> bool:
    return path_of(construct).startswith(f"{path_of(scope)}/")


def let_api_invoke(scope: Construct, function: Handling, construct_id: str, source_arn: str) -> None:
    """Let API Gateway invoke a function for one API; the permission is defined beside the API.

    Args:
        scope: The API.
        function: What is invoked.
        construct_id: Of the permission.
        source_arn: For what of the API.
    """
    let_service_invoke(scope, function, construct_id, service=SERVICE, source_arn=source_arn, what="APIs")
