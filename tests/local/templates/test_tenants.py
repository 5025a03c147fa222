"""Functions that are isolated by tenants keep these apart, and know whom they work for."""

import json
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from wellmade.local.server import LocalCloud
from wellmade.local.templates.deploying import deploy_templates

pytestmark = pytest.mark.local

TEMPLATE = """
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Action: sts:AssumeRole, Principal: {Service: lambda.amazonaws.com}}]
  Python:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: python3.13
      Handler: index.handler
      Role: !GetAtt Role.Arn
      TenancyConfig: {TenantIsolationMode: PER_TENANT}
      Code:
        ZipFile: |
          seen = []
          def handler(event, context):
              seen.append(context.tenant_id)
              return seen
  Node:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: nodejs22.x
      Handler: index.handler
      Role: !GetAtt Role.Arn
      TenancyConfig: {TenantIsolationMode: PER_TENANT}
      Code:
        ZipFile: |
          const seen = [];
          exports.handler = async (event, context) => { seen.push(context.tenantId); return seen; };
  Shared:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: python3.13
      Handler: index.handler
      Role: !GetAtt Role.Arn
      Code:
        ZipFile: |
          def handler(event, context):
              return context.tenant_id
Outputs:
  Python: {Value: !Ref Python}
  Node: {Value: !Ref Node}
  Shared: {Value: !Ref Shared}
"""


def test_tenants_are_kept_apart(cloud: LocalCloud, tmp_path: Path) -> None:
    file = tmp_path / "tenants.yaml"
    file.write_text(TEMPLATE)
    names = deploy_templates(cloud, [file], parameters={}, report=print).outputs["tenants"]
    functions = cloud.client("lambda")

    def seen(kind: str, tenant: str) -> object:
        # As the API has it: an SDK that is older than tenants cannot say it.
        functions.meta.events.register_first(
            "before-sign.lambda.Invoke",
            lambda request, **_: request.headers.add_header("X-Amz-Tenant-Id", tenant) if tenant else None,
            unique_id="tenant",
        )
        try:
            return json.load(functions.invoke(FunctionName=names[kind])["Payload"])
        finally:
            functions.meta.events.unregister("before-sign.lambda.Invoke", unique_id="tenant")

    for kind in ("Python", "Node"):
        assert seen(kind, "blue") == ["blue"]
        assert seen(kind, "green") == ["green"]
        assert seen(kind, "blue") == ["blue", "blue"]
        with pytest.raises(ClientError, match="Add a valid tenant ID"):
            seen(kind, "")
    assert seen("Shared", "") is None
    with pytest.raises(ClientError, match="Remove the tenant ID"):
        seen("Shared", "blue")
