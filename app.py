"""Which stacks there are, in which environment.

The CDK command line runs this; `python app.py` synthesizes by itself, into `CDK_OUTDIR` or `cdk.out`.
With names of stacks behind it, only these are defined: `python app.py file-pipeline`.
"""

import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import aws_cdk as cdk

from stacks.adopted_worker import AdoptedWorkerStack
from stacks.clickstream import ClickstreamStack
from stacks.container_platform import ContainerPlatformStack
from stacks.cost_guard import CostGuardStack
from stacks.file_pipeline import FilePipelineStack
from stacks.incident_kit import IncidentKitStack
from stacks.kubernetes_platform import KubernetesPlatformStack
from stacks.landing_zone import LandingZoneStack
from stacks.media import MediaStack
from stacks.order_events import OrderEventsStack
from stacks.pipeline import PipelineStack
from stacks.queue_workers import QueueWorkersStack
from stacks.release import ReleaseStack
from stacks.scheduled_jobs import ScheduledJobsStack
from stacks.scoring import ScoringStack
from stacks.serverless_api import ServerlessApiStack
from stacks.settings import Settings
from stacks.shop import ShopStack
from stacks.static_site import StaticSiteStack
from stacks.tenant_api import TenantApiStack
from stacks.thumbnails import ThumbnailsStack
from stacks.two_regions import TwoRegionsStack
from stacks.two_regions_database import TwoRegionsDatabaseStack
from stacks.two_regions_database_secondary import TwoRegionsDatabaseSecondaryStack
from stacks.two_regions_secondary import TwoRegionsSecondaryStack
from stacks.uploads import UploadsStack
from stacks.web_service import WebServiceStack
from stacks.work_queues import WorkQueuesStack
from wellmade.validation import WellmadeChecks

HERE = Path(__file__).parent


STACKS: dict[str, Callable[..., cdk.Stack]] = {
    "file-pipeline": FilePipelineStack,
    "thumbnails": ThumbnailsStack,
    "work-queues": WorkQueuesStack,
    "order-events": OrderEventsStack,
    "clickstream": ClickstreamStack,
    "queue-workers": QueueWorkersStack,
    "container-platform": ContainerPlatformStack,
    "kubernetes-platform": KubernetesPlatformStack,
    "landing-zone": LandingZoneStack,
    "incident-kit": IncidentKitStack,
    "media": MediaStack,
    "adopted-worker": AdoptedWorkerStack,
    "pipeline": PipelineStack,
    "cost-guard": CostGuardStack,
    "release": ReleaseStack,
    "scheduled-jobs": ScheduledJobsStack,
    "scoring": ScoringStack,
    "serverless-api": ServerlessApiStack,
    "shop": ShopStack,
    "static-site": StaticSiteStack,
    "tenant-api": TenantApiStack,
    "two-regions": TwoRegionsStack,
    "two-regions-secondary": TwoRegionsSecondaryStack,
    "two-regions-database": TwoRegionsDatabaseStack,
    "two-regions-database-secondary": TwoRegionsDatabaseSecondaryStack,
    "uploads": UploadsStack,
    "web-service": WebServiceStack,
}


def build(app: cdk.App, names: Sequence[str] = ()) -> None:
    """Define the reference stacks of these names in `app`; all where none is named.

    Raises:
        ValueError: If there is no such stack, or a setting or a construct refuses.
    """
    settings = Settings.from_context(app.node)
    for name in names or STACKS:
        if name not in STACKS:
            raise ValueError(
                f"app.py: stack must be one of {', '.join(STACKS)}, got {name!r}; name none for all"
            )
        if name == "web-service" and settings.web.public and not app.node.try_get_context("certificate"):
            note = (
                f"{name} is left out of {settings.environment}: pass -c certificate=<ARN of its certificate>"
            )
            cdk.Annotations.of(app).add_info(note)
        else:
            STACKS[name](app, name, settings=settings)


def main() -> int:
    """Synthesize, and return 1 with one line where a construct or a setting refuses."""
    # What the command line passes (-c key=value) wins over these.
    context = json.loads((HERE / "cdk.json").read_text())["context"]
    app = cdk.App(context=context, outdir=os.environ.get("CDK_OUTDIR") or str(HERE / "cdk.out"))
    try:
        build(app, sys.argv[1:])
    except ValueError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    cdk.Validations.of(app).add_plugins(WellmadeChecks())
    return _synthesized(app)


def _synthesized(app: cdk.App) -> int:
    """Write the templates; 1 where the validation finds a fault, which it has printed by then."""
    try:
        app.synth()
    except RuntimeError as error:
        if not str(error).startswith("ValidationFailed"):
            raise
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
