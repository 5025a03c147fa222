import gc
from types import ModuleType
from typing import Any

import pytest

from wellmade_runtime.clients import client_config


def options(timeout: float) -> Any:
    return client_config(timeout)


@pytest.mark.parametrize("timeout", [2, 4, 30, 900])
def test_one_attempt_leaves_time_to_report_its_failure(timeout: float) -> None:
    assert options(timeout).connect_timeout + options(timeout).read_timeout < timeout / 2
    assert options(timeout).retries == {"mode": "standard", "total_max_attempts": 2}


def test_long_timeouts_do_not_mean_long_waits() -> None:
    assert options(900).read_timeout == 10


def test_clients_are_built_with_these_settings(ingest: ModuleType) -> None:
    for client in (ingest.store.s3, ingest.store.dynamodb):
        assert client.meta.config.read_timeout == options(4).read_timeout
        assert client.meta.config.connect_timeout == options(4).connect_timeout
    assert gc.isenabled()
