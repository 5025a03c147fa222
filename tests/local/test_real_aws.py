"""What a function in Python asks of AWS by its own means is answered here."""

import io
import json
import zipfile

import pytest

from tests.local.functions import make_function
from wellmade.local.server import LocalCloud

pytestmark = pytest.mark.local

KEYS = """
import json, urllib.request

def handler(event, context):
    with urllib.request.urlopen(event["url"], timeout=5) as answer:
        return json.load(answer)
"""
OLD_CLIENT = """
class ClientCreator:
    def create_client(self, service_name, region_name, is_secure=True, endpoint_url=None):
        return endpoint_url
"""
CLIENT = """
from botocore.client import ClientCreator

def handler(event, context):
    creator = ClientCreator()
    return [creator.create_client("s3", "us-east-1"), creator.create_client("s3", "us-east-1", True, "http://own")]
"""


def test_the_keys_of_a_user_pool_are_those_of_the_pool_here(cloud: LocalCloud) -> None:
    pool = cloud.client("cognito-idp").create_user_pool(PoolName="keys")["UserPool"]["Id"]
    client = make_function(cloud, "asks-for-keys", KEYS, Timeout=10)
    url = f"https://cognito-idp.us-east-1.amazonaws.com/{pool}/.well-known/jwks.json"

    answer = client.invoke(FunctionName="asks-for-keys", Payload=json.dumps({"url": url}))

    assert [key["kty"] for key in json.load(answer["Payload"])["keys"]] == ["RSA"]


def test_an_sdk_that_is_too_old_to_know_where_it_is_asks_here(cloud: LocalCloud) -> None:
    client = make_function(cloud, "old-sdk", CLIENT, Timeout=10)
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("index.py", CLIENT)
        archive.writestr("botocore/__init__.py", "__version__ = '1.29.165'\n")
        archive.writestr("botocore/client.py", OLD_CLIENT)
    client.update_function_code(FunctionName="old-sdk", ZipFile=code.getvalue())

    told = json.load(client.invoke(FunctionName="old-sdk")["Payload"])

    assert told == [cloud.endpoint, "http://own"]
