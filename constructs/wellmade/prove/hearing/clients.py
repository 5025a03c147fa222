"""Records the calls that boto3's clients make, also those of clients that were built before."""

import importlib
import importlib.util
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from types import ModuleType
from typing import Any
from unittest.mock import patch

from botocore.client import BaseClient
from botocore.signers import S3PostPresigner

from wellmade.prove.calls import Call
from wellmade.prove.hearing.signed import patch_signing
from wellmade.prove.hearing.stand_ins import StandIns
from wellmade.prove.hearing.transfers import of_form


@contextmanager
def recording(*clients: object) -> Iterator[list[Call]]:
    """Collect the calls made meanwhile, in order and from all threads, whatever answers them.

    What is presigned counts as called: who uses the address does so with the rights of who signed it.

    Example:
        with recording(*clients_in(module)) as calls:
            module.handler(event, context)

    Args:
        clients: Record the calls of these only. Default: every call of this process.
    """
    calls: list[Call] = []
    with on_call(calls.append, *clients):
        yield calls


@contextmanager
def on_call(hear: Callable[[Call], None], *clients: object) -> Iterator[None]:
    """Tell of each call as it is made, on the stack of whoever makes it.

    Args:
        hear: Called with each call, before it is answered.
        clients: As for `recording`.
    """
    recorder = _Recorder(hear, clients)
    with ExitStack() as patches:
        # These are the only places that every call of every client passes; events would need each client.
        for kind in _client_classes():
            patches.enter_context(patch.object(kind, "_emit_api_params", recorder.patch_calls(kind)))
        patches.enter_context(
            patch.object(S3PostPresigner, "generate_presigned_post", recorder.patch_forms())
        )
        if not clients:
            patches.enter_context(StandIns(hear).listening())
            patches.enter_context(patch_signing(hear))
        yield


def _client_classes() -> list[Any]:
    """Return botocore's class of clients, and that of aiobotocore where it is installed."""
    if importlib.util.find_spec("aiobotocore") is None:
        return [BaseClient]
    return [BaseClient, importlib.import_module("aiobotocore.client").AioBaseClient]


def clients_in(*modules: ModuleType) -> list[object]:
    """Return the clients that modules hold, also those held by objects in them, such as a store."""
    found = [client for module in modules for value in vars(module).values() for client in _clients(value)]
    return list({id(client): client for client in found}.values())


class _Recorder:
    def __init__(self, hear: Callable[[Call], None], clients: tuple[object, ...]) -> None:
        self._hear = hear
        self._clients = clients
        self._signing: dict[int, Any] = {}

    def patch_calls(self, kind: Any) -> Any:
        """Return what stands in for the method of a class of clients; aiobotocore awaits its result."""
        proceed = kind._emit_api_params  # noqa: SLF001 - see above

        def prepare(client: Any, api_params: Any, operation_model: Any, context: Any) -> Any:
            if operation_model.name == "CreateBucket" and context.get("is_presign_request"):
                self._signing[id(client._request_signer)] = client  # noqa: SLF001 - botocore asks so for the address of a form
            else:
                self._note(client, operation_model.name, api_params)
            return proceed(client, api_params, operation_model, context)

        return prepare

    def patch_forms(self) -> Any:
        proceed = S3PostPresigner.generate_presigned_post

        def presign(
            presigner: Any, request_dict: Any, fields: Any, conditions: Any, *rest: Any, **more: Any
        ) -> Any:
            client = self._signing.get(id(presigner._request_signer))  # noqa: SLF001 - tells whose form it is
            bucket = next(
                each["bucket"] for each in conditions if isinstance(each, Mapping) and "bucket" in each
            )
            self._note(client, "PutObject", {"Bucket": bucket, "Key": fields["key"], **of_form(fields)})
            return proceed(presigner, request_dict, fields, conditions, *rest, **more)

        return presign

    def _note(self, client: Any, operation: str, parameters: Mapping[str, Any]) -> None:
        if not self._clients or any(client is each for each in self._clients):
            meta = client.meta
            service = meta.service_model.service_name
            self._hear(Call(service, operation, _copy(parameters), meta.region_name, meta.endpoint_url))


def _clients(value: object, depth: int = 2) -> Iterator[object]:
    """Yield a client, that of a boto3 resource, and those among the attributes of an object."""
    if isinstance(value, BaseClient):
        yield value
    elif isinstance(client := getattr(getattr(value, "meta", None), "client", None), BaseClient):
        yield client
    elif depth and not isinstance(value, type | ModuleType):
        names = [*getattr(value, "__dict__", ()), *getattr(type(value), "__slots__", ())]
        for name in names:
            yield from _clients(getattr(value, name, None), depth - 1)


def _copy(value: Any) -> Any:
    """Copy what callers may change later; a body that is read once stays as it is."""
    if isinstance(value, Mapping):
        return {name: _copy(each) for name, each in value.items()}
    return [_copy(each) for each in value] if isinstance(value, list | tuple) else value
