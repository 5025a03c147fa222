"""One synth in a process of its own; prints the seconds it took from the first construct to the last file."""

import sys
import time

import aws_cdk as cdk


def main(variant: str, outdir: str) -> None:
    """Synthesize one variant into a folder, all modules imported beforehand."""
    from bench.synth import plain  # noqa: PLC0415 - imports are no part of what is measured
    from wellmade.ingest import FilePipeline  # noqa: PLC0415 - as above

    began = time.perf_counter()
    if variant == "plain":
        app = cdk.App(outdir=outdir)
        plain.define(app)
    else:
        app = cdk.App(outdir=outdir, builtin_cloud_formation_validation=False)
        FilePipeline(cdk.Stack(app, "Ours"), "Files", function="tabular_ingest")
    app.synth()
    print(time.perf_counter() - began)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
