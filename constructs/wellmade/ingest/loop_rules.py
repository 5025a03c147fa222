"""No loops: a function must not write where its own notification looks."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import IConstruct

from wellmade.facts.globs import can_both_match
from wellmade.ingest.arn_texts import ArnTexts
from wellmade.ingest.write_grants import writable_objects
from wellmade.kit.lookups import path_of, stack_of
from wellmade.kit.refusals import RefusedError, refusal
from wellmade.kit.synth_checks import Synthesized


@dataclass(frozen=True)
class LoopRules:
    """Looks in the templates, when all grants are known, for a permission that closes a loop.

    Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html
    """

    scope: IConstruct
    bucket: s3.IBucket
    role: iam.IRole
    prefix: str
    suffixes: Sequence[str]

    def broken(self, synthesized: Synthesized) -> Iterator[RefusedError]:
        """Yield a refusal for each permission to write a file that would set the function off again."""
        arn = stack_of(self.scope).resolve(self.bucket.bucket_arn)
        objects = ArnTexts(synthesized, self.scope).of(arn)
        watched = [f"{objects}/{self.prefix}*{suffix}" for suffix in self.suffixes or [""]]
        found = dict.fromkeys(writable_objects(synthesized, self.scope, self.role, self.bucket))
        for written in found:
            if any(can_both_match(written, each) for each in watched):
                yield self._loop(written.removeprefix(f"{objects}/"))

    def _loop(self, written: str) -> RefusedError:
        looks_at = ", ".join(f"{self.prefix}*{suffix}" for suffix in self.suffixes or [""])
        return refusal(
            path_of(self.scope),
            "function",
            f"without permission to write what it is notified of ({looks_at})",
            f"s3:PutObject on {written}",
            "write to another bucket, or to a prefix that is not watched",
            rule="event-loop",
        )
