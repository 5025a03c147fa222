"""Where each file is right now."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from demo.expected import Ignored, Loaded, Quarantined, SetAside, expected
from demo.pipeline import Pipeline
from demo.samples import Sample


@dataclass(frozen=True)
class Status:
    """One file at one moment."""

    label: str
    text: str
    done: bool = False


@dataclass
class Follower:
    """Follows every file to its end; what is at its end is not looked at again."""

    pipeline: Pipeline
    samples: Sequence[Sample]
    _ended: dict[str, Status] = field(default_factory=dict)
    _repeated: set[str] = field(default_factory=set)

    def look(self) -> Sequence[Status]:
        """Look once, and send a file that comes several times again when its first delivery is through."""
        results = self.pipeline.keys("ResultsBucketName")
        aside = self.pipeline.keys("QuarantineBucketName")
        for sample in self.samples:
            if sample.key not in self._ended and (status := self._end(sample, results, aside)):
                self._ended[sample.key] = status
        return [self._ended.get(s.key) or Status(s.label, self._under_way(s)) for s in self.samples]

    def _end(self, sample: Sample, results: set[str], aside: set[str]) -> Status | None:
        """Return where the file ended up, wherever it was expected; None while it is under way."""
        if f"{sample.key}.result.json" in results:
            return self._loaded(sample)
        if f"{sample.key}.reason.json" in aside:
            document = self.pipeline.read_json("QuarantineBucketName", f"{sample.key}.reason.json")
            return Status(sample.label, f"quarantined: {document['reason']}", done=True)
        match expected(sample):
            case SetAside() if self.pipeline.depth("DeadLetterQueueUrl"):
                return Status(sample.label, "in the dead-letter queue", done=True)
            case Ignored() if self._rest_is_done(sample):
                return Status(sample.label, "not noticed", done=True)
        return None

    def _loaded(self, sample: Sample) -> Status | None:
        if sample.repeated and sample.key not in self._repeated:
            self._repeated.add(sample.key)
            self.pipeline.repeat(sample)
        if sample.repeated and self.pipeline.deliveries().get(sample.key, 0) < sample.deliveries:
            return None
        document = self.pipeline.read_json("ResultsBucketName", f"{sample.key}.result.json")
        text = f"loaded {document['loaded']}, rejected {document['rejected']}"
        return Status(sample.label, text, done=True)

    def _rest_is_done(self, sample: Sample) -> bool:
        """Tell whether nothing is left that could still notice this file."""
        others = {other.key for other in self.samples} - {sample.key}
        return others <= self._ended.keys() and not self.pipeline.depth("QueueUrl")

    def _under_way(self, sample: Sample) -> str:
        match expected(sample):
            case SetAside():
                return f"under way, {self.pipeline.failures()} attempts failed so far, of all files"
            case Ignored():
                return "lies where nobody looks"
            case Loaded() | Quarantined():
                return "loaded once, sent again" if sample.key in self._repeated else "under way"
