"""The event bus that orders are told on."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from sample_shop.order_placed import NAME

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_events.type_defs import PutEventsRequestEntryTypeDef

SOURCE = "shop.orders"


class NotPublishedError(Exception):
    """The bus did not take the event; whoever asked may ask again."""


@dataclass(frozen=True, slots=True)
class Hub:
    """Where events are published."""

    events: "EventBridgeClient"
    bus: str

    def publish(self, detail: Mapping[str, Any]) -> None:
        """Say that an order was placed.

        Raises:
            NotPublishedError: If the bus did not take it; it may answer 200 also then.
        """
        entry: PutEventsRequestEntryTypeDef = {
            "EventBusName": self.bus,
            "Source": SOURCE,
            "DetailType": NAME,
            "Detail": json.dumps(detail),
        }
        try:
            answer = self.events.put_events(Entries=[entry])
        except (BotoCoreError, ClientError) as error:
            raise NotPublishedError(str(error)) from error
        if answer["FailedEntryCount"]:
            refused = answer["Entries"][0]
            raise NotPublishedError(f"{refused['ErrorCode']}: {refused['ErrorMessage']}")
