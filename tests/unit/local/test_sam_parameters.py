"""What AWS's own transform makes of parameters."""

from pathlib import Path
from unittest.mock import Mock

from wellmade.local.templates.sam import expanded


def test_a_parameter_that_is_looked_up_is_not_taken_for_its_name() -> None:
    default = "/pools/members/arn"
    declared = {"PoolArn": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": default}}
    authorizer = {"UserPoolArn": {"Ref": "PoolArn"}}
    api = {"StageName": "prod", "Auth": {"Authorizers": {"Members": authorizer}}}
    asked = {"RestApiId": {"Ref": "Api"}, "Path": "/", "Method": "get", "Auth": {"Authorizer": "Members"}}
    function = {
        "Runtime": "python3.13",
        "Handler": "index.handler",
        "InlineCode": "def handler(event, context): return {}",
        "Events": {"Asked": {"Type": "Api", "Properties": asked}},
    }
    body = {
        "Transform": "AWS::Serverless-2016-10-31",
        "Parameters": declared,
        "Resources": {
            "Api": {"Type": "AWS::Serverless::Api", "Properties": api},
            "Door": {"Type": "AWS::Serverless::Function", "Properties": function},
        },
    }
    cloud = Mock()
    cloud.client.return_value.get_paginator.return_value.paginate.return_value = []

    made = expanded(cloud, Path("template.yaml"), body, "members", {"PoolArn": "/pools/others/arn"})

    [gate] = made["Resources"]["Api"]["Properties"]["Body"]["securityDefinitions"].values()
    assert gate["x-amazon-apigateway-authorizer"]["providerARNs"] == [{"Ref": "PoolArn"}]
    assert made["Parameters"] == declared
