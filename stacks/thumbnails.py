"""Photographs arrive in S3; upright thumbnails come out, and what is none is quarantined with its reason."""

from typing import Any

from aws_cdk import Duration, Stack
from constructs import Construct

from stacks.arriving_files import add_operations
from stacks.settings import Settings
from wellmade.foundation import PythonFunction
from wellmade.ingest import FilePipeline

MEMORY = 1769
"""In MiB: a whole processor, which decoding keeps busy, and room for the largest picture that is decoded.

Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
"""
LEAST_TIMEOUT = 10
"""In seconds: the largest pictures that are decoded take 3 s of a processor each."""


class ThumbnailsStack(Stack):
    """Photographs under `incoming/` become upright thumbnails; an item describes each of them."""

    def __init__(self, scope: Construct, construct_id: str, *, settings: Settings, **options: Any) -> None:
        super().__init__(scope, construct_id, description=self.__doc__, **options)
        function = PythonFunction(
            self,
            "Thumbnailer",
            code="thumbnailer",
            memory_size=MEMORY,
            timeout=Duration.seconds(max(LEAST_TIMEOUT, settings.timeout.to_seconds())),
            reserved_concurrency=settings.concurrency,
        )
        self.pipeline = FilePipeline(
            self,
            "Photos",
            function=function,
            # Cameras write .JPG, .jpeg or none at all, and a filter of S3 tells capitals apart.
            suffixes=[],
            max_batching_window=settings.batching_window,
            removal_policy=settings.removal_policy,
        )
        add_operations(self, self.pipeline, settings)
