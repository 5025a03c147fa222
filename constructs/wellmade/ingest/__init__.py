"""Files and records that arrive from outside."""

from wellmade.ingest.file_pipeline import FilePipeline

__all__ = ["FilePipeline"]
