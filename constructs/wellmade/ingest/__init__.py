"""Files and records that arrive from outside."""

from wellmade.ingest.file_pipeline import FilePipeline
from wellmade.ingest.size_router import SizeRouter
from wellmade.kit.option_classes import check_options

__all__ = ["FilePipeline", "SizeRouter"]

check_options(__name__)
