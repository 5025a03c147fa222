"""Work that is done once, with what it takes to claim it and to note it as done, alone or in a batch.

What is written are the records of Powertools' idempotency, under the same keys and conditions: work that is
done alone and in a batch know of each other.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, is_dataclass
from typing import TYPE_CHECKING, Any, cast

from aws_lambda_powertools.utilities.idempotency import (
    DynamoDBPersistenceLayer,
    IdempotencyConfig,
    idempotent_function,
)

from wellmade_runtime.transactions import transact

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef


class IdempotentWork:
    """Work that is done once for each identity, however often it is asked for.

    Args:
        read: Reads a record; what it returns is JSON or a dataclass of JSON.
        work: Does the work of what was read; its result, if any, is kept as JSON. Default: the writes.
        writes: Returns what the work writes, a few items each. Default: none, the work is something else.
        dynamodb: Client for the idempotency table.
        table: The idempotency table.
        config: Settings of Powertools; see `idempotency_config`. Register each invocation's context with
            them.
        name: Prefix of the idempotency keys.
    """

    def __init__(
        self,
        read: Callable[[Any], Any],
        *,
        work: Callable[[Any], Any] | None = None,
        writes: "Callable[[Any], Sequence[TransactWriteItemTypeDef]] | None" = None,
        dynamodb: "DynamoDBClient",
        table: str,
        config: IdempotencyConfig,
        name: str,
    ) -> None:
        self.read, self.writes, self.dynamodb = read, writes, dynamodb
        self.work = work or self._write
        self._config = config
        self._alone = DynamoDBPersistenceLayer(table, boto3_client=dynamodb)
        self._collector = _Collector()
        self._collecting = DynamoDBPersistenceLayer(
            table, boto3_client=cast("DynamoDBClient", self._collector)
        )
        for layer in (self._alone, self._collecting):
            layer.configure(config, key_prefix=name)

        def one(*, data: Any, parsed: Any) -> Any:  # noqa: ARG001 - the idempotency key
            return self.work(parsed)

        self._once = idempotent_function(
            one, data_keyword_argument="data", persistence_store=self._alone, config=config, key_prefix=name
        )

    def claim(self, parsed: Any) -> "TransactWriteItemTypeDef | None":
        """Return the write of a claim, which is refused where there is one; None for what has no identity."""
        context = self._config.lambda_context
        self._collecting.save_inprogress(
            _data(parsed), context.get_remaining_time_in_millis() if context else None
        )
        return self._collector.take()

    def completion(self, parsed: Any, result: Any) -> "TransactWriteItemTypeDef":
        """Return the write that notes one as done."""
        self._collecting.save_success(_data(parsed), result)
        return cast("TransactWriteItemTypeDef", self._collector.take())

    def complete(self, parsed: Any, result: Any) -> None:
        """Note one as done."""
        self._alone.save_success(_data(parsed), result)

    def return_work(self, parsed: Any, error: Exception) -> None:
        """Let another delivery claim one."""
        self._alone.delete_record(_data(parsed), error)

    def do_alone(self, parsed: Any) -> Any:
        """Claim, work on and complete one; return the result, of one that was done before too."""
        return self._once(data=_data(parsed), parsed=parsed)

    def _write(self, parsed: Any) -> None:
        if self.writes:
            transact(self.dynamodb, self.writes(parsed))


class _Collector:
    """Takes the place of a client: keeps what was to be written last."""

    _written: "TransactWriteItemTypeDef | None" = None

    def put_item(self, **put: Any) -> None:
        self._written = {"Put": cast(Any, put)}

    def update_item(self, **update: Any) -> None:
        self._written = {"Update": cast(Any, update)}

    def take(self) -> "TransactWriteItemTypeDef | None":
        written, self._written = self._written, None
        return written


def _data(parsed: Any) -> Any:
    return asdict(parsed) if is_dataclass(parsed) and not isinstance(parsed, type) else parsed
