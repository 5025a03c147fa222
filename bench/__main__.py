"""Every benchmark, one after the other, each a ratio or a count measured side by side in one run."""

import subprocess
import sys

BENCHMARKS = {
    "synth": "a synth of the file pipeline, against plain L2s and against JavaScript",
    "cold_import": "a handler's cold import, against boto3 and a client of S3",
    "batch": "an idempotent batch of 10, against Powertools one record after the other",
    "memory": "memory for a million rows, against ten thousand",
    "evaluator": "IAM decisions a second, in one thread",
    "faults": "rows lost and doubled with duplicates and killed workers",
    "thumbnail_faults": "thumbnails lost and doubled with duplicates and killed workers",
    "fan_out_faults": "orders lost and doubled between the event bus and three consumers",
    "ordered_faults": "messages lost, doubled and out of order, of a queue in order",
    "stream_faults": "clicks lost, doubled and out of order, of a stream with three readers",
    "saga_faults": "orders that a saga leaves half done, lost or doubled",
    "redrive_faults": "messages that redrive loses, doubles or sends astray, with kills and two operators",
    "uploads": "uploads lost and doubled, broken off and large ones among them, and memory of every function",
    "long_jobs": "long jobs over HTTP lost and doubled, and callers that are never told the end",
    "tenants": "results, refusals and waiting of tenants while one of them sends 50 times its rate",
    "scoring": "what scoring a payment adds to a function that does nothing, 99th percentile",
    "histories": "histories of deliveries after which an invariant of money, stock or counts is broken",
    "accepted": "orders and clicks that a producer accepts and a consumer refuses",
    "contention": "writes of one counter that meet another, in one item and in shards",
    "hostile_clients": "5xx, orders lost and time to stop under schemathesis and half-sent requests",
    "rolling_restart": "requests that fail while every task of the web service is replaced",
    "fleet_drains": "invoices lost and doubled with instances terminated at random and drained before it",
    "media": "formats of videos lost and made twice with tasks killed and taken back at work",
    "worker_kills": "invoices lost and doubled with workers ended and killed at work",
    "emulators": "messages, files and executions a second, and memory, beside MiniStack and moto's server",
    "two_clouds": "addresses that two clouds share, with each reference stack in both at once",
    "signals": "processes left, and next starts that fail, after 20 signals to up, demo, watch and set-up",
    "new_apps": "an app from each stack in an empty folder: minutes until it is tested and driven",
    "saved_handler": "seconds from a saved handler to its first answer, with wellmade local watch",
    "scaling": "waiting time of a worker under three arrival patterns, by backlog and by CPU (simulated)",
    "systems": "verdicts and figures of capacity beside a simulation of generated systems",
    "comparison": "one job of L2 constructs, Solutions Constructs and ours: what the templates say",
    "check": "wellmade check, the whole process, on 500 and on 5,000 resources",
    "draw": "wellmade draw and cost, whole processes, on the largest stack and on 500 resources",
    "fuzz_templates": "20,000 odd templates: tracebacks, and those that take longer than 10 s",
    "hidden_values": "every value of every rule's templates, hidden in turn: how many are judged even so",
}


def main() -> int:
    """Run all, or those named on the command line; return 1 if one of them failed."""
    wanted = sys.argv[1:] or list(BENCHMARKS)
    if unknown := set(wanted) - set(BENCHMARKS):
        sys.stderr.write(f"bench: must be among {', '.join(BENCHMARKS)}, got {', '.join(unknown)}\n")
        return 2
    failed = []
    for name in wanted:
        print(f"\n{name}: {BENCHMARKS[name]}", flush=True)
        if subprocess.run([sys.executable, "-m", f"bench.{name}"], check=False).returncode:
            failed.append(name)
    if failed:
        sys.stderr.write(f"bench: failed: {', '.join(failed)}\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
