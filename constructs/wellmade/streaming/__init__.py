"""Records that many read, in order and for as long as they are kept."""

from wellmade.kit.option_classes import check_options
from wellmade.streaming.change_feed import ChangeFeed
from wellmade.streaming.event_stream import EventStream
from wellmade.streaming.stream_archive import StreamArchive
from wellmade.streaming.stream_processor import StreamProcessor

__all__ = ["ChangeFeed", "EventStream", "StreamArchive", "StreamProcessor"]

check_options(__name__)
