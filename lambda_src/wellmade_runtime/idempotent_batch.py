"""Records of a batch, each worked on once, with few calls for all of them.

Any work takes a call that claims all records and one that notes all as done. Work that is nothing but writes
to DynamoDB takes one call in all: the writes and the notes are one transaction, done as a whole or not.
Whatever does not succeed for all (a record that was done before, one that another invocation works on, a call
that fails) is done item by item, by Powertools.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.batch import EventType
from botocore.exceptions import BotoCoreError, ClientError

from wellmade_runtime.batch import ConcurrentBatchProcessor, side_by_side
from wellmade_runtime.idempotent_work import IdempotentWork
from wellmade_runtime.transactions import transact

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef


@dataclass(slots=True)
class _Claim:
    """A record on its way."""

    record: Any
    parsed: Any = None
    error: Exception | None = None
    result: Any = None
    is_claimed: bool = False
    is_done: bool = False
    is_repeated: bool = False
    """Another record of the batch has its key, and comes before it."""


class IdempotentBatchProcessor(ConcurrentBatchProcessor):
    """Powertools' batch processor, with few calls for the claims and completions of a batch.

    A record that raises is reported as a failed item and its claim is given back; all others are done. The
    calls are transactions, which cost twice as many write units as single writes do.

    Args:
        work: What is to be done once.
        workers: Most records at once, of work that is more than writes. Default: 10, the batch size.
        logger: Told of each failure, with message id and traceback.
        source: Where records come from. Default: SQS.
    """

    def __init__(
        self, work: IdempotentWork, *, workers: int = 10, logger: Logger, source: EventType = EventType.SQS
    ) -> None:
        super().__init__(workers=workers, logger=logger, source=source)
        self._work = work

    def process(self) -> list[tuple[Any, ...]]:
        """Process every record; the results have the order of the records."""
        entries = [self._read(record) for record in self.records]
        good = [entry for entry in entries if entry.error is None]
        self._claim(good)
        good = [entry for entry in good if entry.error is None]
        if not all(entry.is_done for entry in good):
            side_by_side(self._do, [entry for entry in good if not entry.is_repeated], self._workers)
            self._complete([entry for entry in good if entry.is_claimed and entry.error is None])
            side_by_side(self._do, [entry for entry in good if entry.is_repeated], self._workers)
        return [self._reported(entry) for entry in entries]

    def _read(self, record: Any) -> _Claim:
        entry = _Claim(self._to_batch_type(record, self.event_type))
        try:
            entry.parsed = self._work.read(entry.record)
        except Exception as error:  # noqa: BLE001 - reported as a failed item, whatever it is
            entry.error = error
        return entry

    def _claim(self, entries: list[_Claim]) -> None:
        """Claim all that can be claimed, with their writes if that is all; the others are done alone."""
        left: dict[str, tuple[_Claim, Sequence[TransactWriteItemTypeDef]]] = {}
        for entry in entries:
            try:
                if (claim := self._work.claim(entry.parsed)) is None:
                    continue
                item: Any = claim["Put"]["Item"]
                key = item["id"]["S"]
                entry.is_repeated = key in left
                if not entry.is_repeated:
                    left[key] = entry, self._with_writes(entry, claim)
            except Exception as error:  # noqa: BLE001 - such as a key that is too long: it is this one's alone
                entry.error = error
        for _ in range(2):
            refused = self._refused([writes for _, writes in left.values()])
            if not any(refused):
                for entry, _ in left.values():
                    entry.is_claimed, entry.is_done = True, self._work.writes is not None
                return
            left = {key: left[key] for key, was in zip(left, refused, strict=True) if not was}

    def _with_writes(
        self, entry: _Claim, claim: "TransactWriteItemTypeDef"
    ) -> "Sequence[TransactWriteItemTypeDef]":
        if self._work.writes is None:
            return [claim]
        item = dict(claim["Put"]["Item"])
        item.pop("in_progress_expiration", None)
        item |= {"status": {"S": "COMPLETED"}, "data": {"S": "null"}}
        return [{"Put": {**claim["Put"], "Item": item}}, *self._work.writes(entry.parsed)]

    def _refused(self, groups: "Sequence[Sequence[TransactWriteItemTypeDef]]") -> list[bool]:
        """Write all, and return which of the groups were in the way; all of them where that is not known."""
        try:
            if groups:
                transact(self._work.dynamodb, [write for group in groups for write in group])
        except self._work.dynamodb.exceptions.TransactionCanceledException as error:
            codes = iter([reason["Code"] for reason in error.response["CancellationReasons"]])
            found = [set(islice(codes, len(group))) != {"None"} for group in groups]
            return found if any(found) else [True] * len(groups)
        except (BotoCoreError, ClientError):
            return [True] * len(groups)
        return []

    def _do(self, entry: _Claim) -> None:
        if entry.is_done:
            return
        try:
            if entry.is_claimed:
                entry.result = self._work.work(entry.parsed)
            else:
                self._work.do_alone(entry.parsed)
        except Exception as error:  # noqa: BLE001 - reported as a failed item, whatever it is
            entry.error = error
            if entry.is_claimed:
                self._return_work(entry, error)

    def _return_work(self, entry: _Claim, error: Exception) -> None:
        try:
            self._work.return_work(entry.parsed, error)
        except (BotoCoreError, ClientError):
            self._logger.warning("a claim stays until its invocation's time is over", exc_info=True)

    def _complete(self, entries: list[_Claim]) -> None:
        """Note what was done in one call, or, where that fails, in one each."""
        done = [entry for entry in entries if not entry.is_done]
        if not any(self._refused([[self._work.completion(each.parsed, each.result)] for each in done])):
            return
        for entry in done:
            try:
                self._work.complete(entry.parsed, entry.result)
            except (BotoCoreError, ClientError) as error:
                entry.error = error

    def _reported(self, entry: _Claim) -> tuple[Any, ...]:
        if entry.error is None:
            return self.success_handler(entry.record, entry.result)
        return self.failure_handler(entry.record, (type(entry.error), entry.error, entry.error.__traceback__))
