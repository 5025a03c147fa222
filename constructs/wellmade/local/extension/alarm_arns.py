"""Gap: whoever asks for alarms by name must be allowed all alarms, since the names are not read.

On AWS it takes the alarms that are asked for; here the first of them stands for all.
Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatch.html
"""

from collections.abc import Mapping
from typing import Any

from ministack.core import iam_actions

from .api_requests import ApiRequest, read

SERVICE = "monitoring"


def apply() -> None:
    """Judge by the name of an alarm where there is one."""
    extract = iam_actions.extract_resource_arn

    def extract_with_names(
        service: str,
        method: str,
        path: str,
        headers: Mapping[str, str],
        body: bytes,
        query_params: Any,
        region: str,
        account_id: str,
    ) -> str:
        found: str = extract(service, method, path, headers, body, query_params, region, account_id)
        if service == SERVICE and found == "*":
            asked = read(ApiRequest(SERVICE, method, path, "", headers, body))
            names = asked[2].get("AlarmNames") if asked else None
            if names:
                return f"arn:aws:cloudwatch:{region}:{account_id}:alarm:{names[0]}"
        return found

    iam_actions.extract_resource_arn = extract_with_names
