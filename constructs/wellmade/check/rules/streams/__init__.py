"""Rules about Kinesis, streams of tables and Firehose."""

__all__ = []
