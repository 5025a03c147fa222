"""Which stacks there are, in which environment.

The CDK command line runs this; `python app.py` synthesizes by itself, into `CDK_OUTDIR` or `cdk.out`.
"""

import json
import os
import sys
from pathlib import Path

import aws_cdk as cdk

from stacks.clickstream import ClickstreamStack
from stacks.file_pipeline import FilePipelineStack
from stacks.order_events import OrderEventsStack
from stacks.scheduled_jobs import ScheduledJobsStack
from stacks.serverless_api import ServerlessApiStack
from stacks.settings import Settings
from stacks.thumbnails import ThumbnailsStack
from stacks.uploads import UploadsStack
from stacks.web_service import WebServiceStack
from stacks.work_queues import WorkQueuesStack
from wellmade.validation import WellmadeChecks

HERE = Path(__file__).parent


def build(app: cdk.App) -> None:
    """Define every reference stack in `app`."""
    settings = Settings.from_context(app.node)
    FilePipelineStack(app, "file-pipeline", settings=settings)
    ThumbnailsStack(app, "thumbnails", settings=settings)
    WorkQueuesStack(app, "work-queues", settings=settings)
    OrderEventsStack(app, "order-events", settings=settings)
    ClickstreamStack(app, "clickstream", settings=settings)
    ScheduledJobsStack(app, "scheduled-jobs", settings=settings)
    ServerlessApiStack(app, "serverless-api", settings=settings)
    UploadsStack(app, "uploads", settings=settings)
    if settings.web.public and not app.node.try_get_context("certificate"):
        note = (
            f"web-service is left out of {settings.environment}: pass -c certificate=<ARN of its certificate>"
        )
        cdk.Annotations.of(app).add_info(note)
    else:
        WebServiceStack(app, "web-service", settings=settings)


def main() -> int:
    """Synthesize, and return 1 with one line where a construct or a setting refuses."""
    # What the command line passes (-c key=value) wins over these.
    context = json.loads((HERE / "cdk.json").read_text())["context"]
    app = cdk.App(context=context, outdir=os.environ.get("CDK_OUTDIR") or str(HERE / "cdk.out"))
    try:
        build(app)
    except ValueError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    cdk.Validations.of(app).add_plugins(WellmadeChecks())
    app.synth()
    return 0


if __name__ == "__main__":
    sys.exit(main())
