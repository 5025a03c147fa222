"""No loops: a function must not write what sets it off again, by itself or by way of another."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from weakref import WeakKeyDictionary

from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import IConstruct

from wellmade.facts.globs import can_both_match
from wellmade.ingest.arn_texts import ArnTexts
from wellmade.ingest.write_grants import writable_objects
from wellmade.kit.lookups import path_of, root_of
from wellmade.kit.refusals import RefusedError, refusal
from wellmade.kit.synth_checks import Synthesized, check_at_synth
from wellmade.kit.texts import texts_of

_UNKNOWN = re.compile(r"\$\{Token\[[^\]]*\]\}")


@dataclass(frozen=True, eq=False)
class LoopRules:
    """Looks in the templates, when all grants are known, for a permission that closes a loop.

    Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html
    """

    scope: IConstruct
    bucket: s3.IBucket
    role: iam.IRole
    prefix: str
    suffixes: Sequence[str]

    def ask(self) -> None:
        """Judge it at synth, together with the other pipelines of the app."""
        _all.setdefault(root_of(self.scope), []).append(self)
        check_at_synth(self.scope, self.broken)

    def broken(self, synthesized: Synthesized) -> Iterator[RefusedError]:
        """Yield a refusal for each permission to write a file that would set the function off again."""
        objects = self._objects(synthesized)
        for written in self.sets_off(synthesized, self):
            within = [each for each in objects if written.startswith(each)]
            yield self._loop(written.removeprefix(within[0] if within else ""))
        found = self._way_back(synthesized)
        if found:
            yield self._loop(found[1], by=f", by way of {path_of(found[0].scope)}")

    def _way_back(self, synthesized: Synthesized) -> tuple["LoopRules", str] | None:
        """Return the first pipeline on a way that leads back here, and what is written to it."""
        others = [each for each in _all.get(root_of(self.scope), []) if each is not self]
        for first in others:
            written = next(self.sets_off(synthesized, first), None)
            if written and self in _reached(synthesized, first, [self, *others]):
                return first, written
        return None

    def sets_off(self, synthesized: Synthesized, other: "LoopRules") -> Iterator[str]:
        """Yield what this function may write and another pipeline, or its own, looks for."""
        watched = other.watched(synthesized)
        for written in self._written(synthesized):
            if any(can_both_match(written, each) for each in watched):
                yield written

    def _objects(self, synthesized: Synthesized) -> list[str]:
        arn = synthesized.resolve(self.bucket, self.bucket.bucket_arn)
        return [f"{each}/" for each in ArnTexts(synthesized, self.bucket).of(arn)]

    def watched(self, synthesized: Synthesized) -> list[str]:
        """Return the patterns of what is looked for; a part that only deployment tells may be anything."""
        resolve, template = partial(synthesized.resolve, self.scope), synthesized.template(self.scope)
        names = [
            f"{prefix}*{suffix}"
            for prefix in texts_of(resolve(self.prefix), template)
            for each in self.suffixes or [""]
            for suffix in texts_of(resolve(each), template)
        ]
        return [objects + _UNKNOWN.sub("*", each) for objects in self._objects(synthesized) for each in names]

    def _written(self, synthesized: Synthesized) -> list[str]:
        known = _written.setdefault(synthesized, {})
        if path_of(self.scope) not in known:
            buckets = [each.bucket for each in _all.get(root_of(self.scope), [self])]
            found = writable_objects(synthesized, self.scope, self.role, buckets)
            known[path_of(self.scope)] = list(dict.fromkeys(found))
        return known[path_of(self.scope)]

    def _loop(self, written: str, *, by: str = "") -> RefusedError:
        looks_at = ", ".join(f"{self.prefix}*{suffix}" for suffix in self.suffixes or [""])
        return refusal(
            path_of(self.scope),
            "function",
            f"without permission to write what it is notified of ({looks_at})",
            f"s3:PutObject on {written}{by}",
            "write to another bucket, or to a prefix that is not watched",
            rule="event-loop",
        )


def _reached(synthesized: Synthesized, first: LoopRules, among: list[LoopRules]) -> set[LoopRules]:
    """Return the pipelines that are set off, one after the other, when one is."""
    found: set[LoopRules] = set()
    waiting = [first]
    while waiting:
        one = waiting.pop()
        new = {each for each in among if each not in found and next(one.sets_off(synthesized, each), None)}
        found |= new
        waiting += new
    return found


_all: "WeakKeyDictionary[IConstruct, list[LoopRules]]" = WeakKeyDictionary()
_written: "WeakKeyDictionary[Synthesized, dict[str, list[str]]]" = WeakKeyDictionary()
