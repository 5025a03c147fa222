"""Photographs arrive in S3; upright thumbnails come out, and what is none is set aside with its reason."""

from aws_cdk import Stack
from constructs import Construct

from stacks.arriving_files import surround
from stacks.settings import Settings
from wellmade.ingest import FilePipeline

MEMORY = 1769
"""In MiB: a whole processor, which decoding keeps busy, and room for the largest picture that is decoded.

Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
"""


class ThumbnailsStack(Stack):
    """Photographs under `incoming/` become upright thumbnails; an item tells of each of them."""

    def __init__(self, scope: Construct, construct_id: str, *, settings: Settings) -> None:
        super().__init__(scope, construct_id, description=self.__doc__)
        self.pipeline = FilePipeline(
            self,
            "Photos",
            package="thumbnailer",
            # Cameras write .JPG, .jpeg or none at all, and a filter of S3 tells capitals apart.
            suffixes=[],
            timeout=settings.timeout,
            concurrency=settings.concurrency,
            batching_window=settings.batching_window,
            removal_policy=settings.removal_policy,
        )
        self.pipeline.function.resource.memory_size = MEMORY
        surround(self, self.pipeline, settings)
