"""What becomes of pictures of other people, in the memory and the time that the thumbnailer's function has.

Every file of the folders that is named like a picture goes once, by its contents, through the function's
decoder. Targets: none takes more memory or time than there is or crashes the decoder, and none fails in a
way that comes back from the queue, since it would fail each time. Pictures are not part of the repository.

    python -m bench.wild_images FOLDER… [--memory 1769]
"""

import argparse
import hashlib
import os
import resource
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "lambda_src"))

from thumbnailer.confined import Decoder
from wellmade_runtime.file_store import UnloadableError

ENDINGS = {".jpg", ".jpeg", ".png", ".webp", ".gif", ".avif", ".apng", ".jfif"}
MEMORY = 1769
"""In MiB, of the function as `stacks.thumbnails` defines it."""
OVER = {"memory", "time", "crash"}
"""Reasons for which a picture was found out only while it was decoded."""


def files(folders: Sequence[Path], endings: set[str]) -> Iterator[tuple[Path, bytes]]:
    """Yield the files of some endings with their contents, the same contents once; no pointers of Git LFS."""
    seen: set[bytes] = set()
    for folder in folders:
        for file in sorted(folder.rglob("*")):
            if file.suffix.lower() not in endings or not file.is_file():
                continue
            content = file.read_bytes()
            digest = hashlib.sha256(content).digest()
            if digest not in seen and not content.startswith(b"version https://git-lfs"):
                seen.add(digest)
                yield file, content


def main() -> int:
    """Print the figures; 1 when one misses its target."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--memory", type=int, default=MEMORY, help=f"of the function; default: {MEMORY}")
    given = parser.parse_args()
    os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] = str(given.memory)
    decoder, outcomes, longest = Decoder(), Counter[str](), (0.0, Path())
    for file, content in files(given.folders, ENDINGS):
        began = time.perf_counter()
        outcome = _outcome(decoder, content)
        longest = max(longest, (time.perf_counter() - began, file))
        outcomes[outcome] += 1
        if outcome in OVER or outcome.startswith("failed"):
            print(f"{outcome}: {file}", flush=True)
    decoder.end()
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    return _report(outcomes, longest, peak)


def _outcome(decoder: Decoder, content: bytes) -> str:
    try:
        return f"thumbnail of {decoder.read_photo(content).format}"
    except UnloadableError as refusal:
        return refusal.reason
    except ChildProcessError as error:
        return f"failed, {error}"


def _report(outcomes: Counter[str], longest: tuple[float, Path], peak: int) -> int:
    made = sum(count for outcome, count in outcomes.items() if outcome.startswith("thumbnail"))
    failed = sum(count for outcome, count in outcomes.items() if outcome.startswith("failed"))
    over = sum(outcomes[reason] for reason in OVER)
    print(", ".join(f"{count} {outcome}" for outcome, count in outcomes.most_common()))
    print(f"{outcomes.total()} pictures, {made} thumbnails; most memory {peak} MiB", end="; ")
    print(f"longest {longest[0]:.1f} s: {longest[1].name}")
    print(f"over memory or time: {over}   failed that can never succeed: {failed}")
    return int(bool(over or failed))


if __name__ == "__main__":
    sys.exit(main())
