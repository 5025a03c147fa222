"""The recorder sees every call that the clients of a module make."""

import asyncio
import importlib
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from io import BytesIO
from types import ModuleType
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from wellmade.prove.calls import AccountContext, Call, requests
from wellmade.prove.hearing.clients import clients_in, recording

session = boto3.Session("test", "test", region_name="eu-west-1")
built_at_import: Any = session.client("s3")


@pytest.fixture
def s3() -> Iterator[Any]:
    with mock_aws():
        place = {"LocationConstraint": "eu-west-1"}
        built_at_import.create_bucket(Bucket="inbox", CreateBucketConfiguration=place)
        yield built_at_import


def operations(calls: list[Call]) -> list[str]:
    return [f"{call.service}:{call.operation}" for call in calls]


def test_calls_are_recorded_in_order_with_what_they_were_given(s3: Any) -> None:
    with recording() as calls:
        s3.put_object(Bucket="inbox", Key="a", Body=b"x")
        s3.get_object(Bucket="inbox", Key="a")
    assert operations(calls) == ["s3:PutObject", "s3:GetObject"]
    assert calls[1].parameters == {"Bucket": "inbox", "Key": "a"}
    assert calls[1].region == "eu-west-1"
    s3.get_object(Bucket="inbox", Key="a")
    assert len(calls) == 2


def test_calls_that_fail_are_calls(s3: Any) -> None:
    with recording() as calls, pytest.raises(ClientError):
        s3.get_object(Bucket="inbox", Key="absent")
    assert operations(calls) == ["s3:GetObject"]


def test_calls_of_other_threads_transfers_and_paginators(s3: Any) -> None:
    with recording() as calls:
        s3.upload_fileobj(BytesIO(b"x"), "inbox", "a")
        with ThreadPoolExecutor(1) as pool:
            pool.submit(s3.head_object, Bucket="inbox", Key="a").result()
        list(s3.get_paginator("list_objects_v2").paginate(Bucket="inbox"))
    assert operations(calls) == ["s3:PutObject", "s3:HeadObject", "s3:ListObjectsV2"]


def test_what_is_changed_later_was_not_called(s3: Any) -> None:
    objects = [{"Key": "a"}]
    with recording() as calls:
        s3.delete_objects(Bucket="inbox", Delete={"Objects": objects})
        objects.append({"Key": "b"})
    assert calls[0].parameters["Delete"]["Objects"] == [{"Key": "a"}]


def test_a_presigned_address_is_a_call(s3: Any) -> None:
    with recording() as calls:
        s3.generate_presigned_url("get_object", Params={"Bucket": "inbox", "Key": "a"})
        s3.generate_presigned_post("inbox", "a/${filename}")
    assert operations(calls) == ["s3:GetObject", "s3:PutObject"]
    assert calls[1].parameters == {"Bucket": "inbox", "Key": "a/${filename}"}


def test_the_fields_of_a_form_are_parameters(s3: Any) -> None:
    with recording() as calls:
        s3.generate_presigned_post("inbox", "a", Fields={"acl": "public-read", "x-amz-meta-from": "me"})
    assert calls[0].parameters == {"Bucket": "inbox", "Key": "a", "ACL": "public-read"}


def test_only_the_calls_of_some_clients(s3: Any) -> None:
    other: Any = session.client("s3")
    with recording(other) as calls:
        s3.head_bucket(Bucket="inbox")
        other.list_buckets()
        other.generate_presigned_post("inbox", "a")
    assert operations(calls) == ["s3:ListBuckets", "s3:PutObject"]


def test_recordings_may_be_nested_and_end(s3: Any) -> None:
    with recording() as outer:
        with recording() as inner:
            s3.list_buckets()
        s3.head_bucket(Bucket="inbox")
    assert operations(inner) == ["s3:ListBuckets"]
    assert operations(outer) == ["s3:ListBuckets", "s3:HeadBucket"]


def test_an_error_ends_a_recording(s3: Any) -> None:
    with pytest.raises(KeyError), recording() as calls:
        raise KeyError
    s3.list_buckets()
    assert calls == []


def test_calls_of_the_resources_of_boto3() -> None:
    with mock_aws(), recording() as calls:
        table: Any = session.resource("dynamodb").Table("rows")
        with pytest.raises(ClientError):
            table.put_item(Item={"pk": "1"})
    [request] = requests(calls[0], AccountContext("111122223333"))
    assert (request.action, request.context["dynamodb:Attributes"]) == ("dynamodb:PutItem", ["pk"])
    assert request.resource == "arn:aws:dynamodb:eu-west-1:111122223333:table/rows"


@dataclass(slots=True)
class Store:
    client: Any
    name: str = "inbox"


def test_clients_are_found_in_modules_and_in_what_they_hold() -> None:
    module = ModuleType("handler")
    resource: Any = session.resource("dynamodb")
    vars(module).update(store=Store(built_at_import), again=built_at_import, table=resource.Table("rows"))
    assert clients_in(module) == [built_at_import, module.table.meta.client]


def test_clients_of_aiobotocore_are_heard(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "aiobotocore").mkdir()
    (tmp_path / "aiobotocore" / "__init__.py").write_text("")
    (tmp_path / "aiobotocore" / "client.py").write_text(
        "from botocore.client import BaseClient\n"
        "class AioBaseClient(BaseClient):\n"
        "    async def _emit_api_params(self, api_params, operation_model, context):\n"
        "        return api_params\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    model = built_at_import.meta.service_model.operation_model("GetObject")
    with recording() as calls:
        kind: Any = importlib.import_module("aiobotocore.client").AioBaseClient
        client = kind.__new__(kind)
        client.meta = built_at_import.meta
        given = {"Bucket": "inbox", "Key": "a"}
        assert asyncio.run(client._emit_api_params(given, model, {})) == given
    for name in [name for name in sys.modules if name.startswith("aiobotocore")]:
        monkeypatch.delitem(sys.modules, name)
    assert operations(calls) == ["s3:GetObject"]
