"""How often `wellmade capacity` is right about generated systems, against a simulation of every message.

Each system (queues, streams, APIs, topics, tasks; failures, batches, poison, alarms, peaks) is judged at a
load between 0.3 and 2.5 times that at which it is reported to break. The simulation shares nothing with the
solver. A figure that differs in one run is compared with the mean of five: chance is no error. Targets:
verdict and first to break right in 97 %, figures within 10 % in 95 %, *holds* where messages are lost 0.

    python -m bench.systems [--count 220] [--first 0] [--varied]
"""

import argparse
import sys
from collections import Counter

from tests.unit.capacity.worlds.generated import generated
from tests.unit.capacity.worlds.judged import NEAR_ENOUGH, judged
from tests.unit.capacity.worlds.varied import varied


def main() -> int:
    """Judge them; 1 when a target is missed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=220, help="systems that are judged (default: 220)")
    parser.add_argument("--first", type=int, default=0, help="seed of the first (default: 0)")
    parser.add_argument(
        "--varied", action="store_true", help="systems of what people also write, such as small reservations"
    )
    options = parser.parse_args()
    make = varied if options.varied else generated
    seed, done, right, unsafe, figures, close = options.first, 0, 0, 0, 0, 0
    skipped, kinds = 0, Counter[str]()
    while done < options.count:
        found = judged(seed, make)
        seed += 1
        if found is None:
            skipped += 1
            continue
        done += 1
        right += found.right
        kinds.update([found.world.parts[0].kind])
        wrong = found.wrong_figures(NEAR_ENOUGH)
        figures += len(found.figures)
        close += len(found.figures) - len(wrong)
        unsafe += found.holds and found.lost > 0
        if not found.right:
            print(
                f"seed {found.seed}: tool {found.tool or 'holds'}, simulation {found.sim or 'holds'}",
                flush=True,
            )
        for flow, what, tool, sim in wrong:
            print(f"seed {found.seed}: {flow}: {what} {tool:.4g}, simulation {sim:.4g}", flush=True)
    made = ", ".join(f"{number} {kind}" for kind, number in kinds.items())
    print(f"{done} systems ({made}); {skipped} not judged")
    print(f"verdict right: {right / done:.1%}; holds where messages are lost: {unsafe}")
    print(f"figures within 10 %: {close / max(figures, 1):.1%} of {figures}")
    return int(right < 0.97 * done or unsafe > 0 or close < 0.95 * figures)


if __name__ == "__main__":
    sys.exit(main())
