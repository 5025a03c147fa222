"""What the pair of `integration-passthrough` does not show."""

from pathlib import Path

import pytest

from tests.unit.check.snippets import findings

METHOD = """
  Api:
    Type: AWS::ApiGateway::RestApi
    Properties: {Name: jobs}
  Ask:
    Type: AWS::ApiGateway::Method
    Properties:
      RestApiId: !Ref Api
      ResourceId: !GetAtt Api.RootResourceId
      HttpMethod: %s
      Integration:
        Type: AWS
        IntegrationHttpMethod: POST
        Uri: %s
        RequestTemplates: {application/json: Action=SendMessage}
        %s"""
QUEUE = "!Sub arn:aws:apigateway:${AWS::Region}:sqs:path/${AWS::AccountId}/jobs"


@pytest.mark.parametrize(
    ("method", "behavior", "is_found"),
    [
        ("POST", "PassthroughBehavior: WHEN_NO_MATCH", True),
        ("ANY", "Credentials: !Ref Given", True),
        ("GET", "PassthroughBehavior: WHEN_NO_MATCH", False),
        ("POST", "PassthroughBehavior: NEVER", False),
        ("POST", "PassthroughBehavior: WHEN_NO_TEMPLATES", False),
        ("POST", "PassthroughBehavior: !If [Strict, NEVER, WHEN_NO_MATCH]", False),
        ("POST", "PassthroughBehavior: !Ref Given", False),
    ],
)
def test_finds_bodies_that_pass_as_they_are(
    tmp_path: Path, method: str, behavior: str, *, is_found: bool
) -> None:
    template = METHOD % (method, QUEUE, behavior)
    assert bool(findings(tmp_path, "integration-passthrough", template)) is is_found


@pytest.mark.parametrize(
    ("template", "is_found"),
    [
        ("\"$input.json('$')\"", False),
        ('"$input.body"', False),
        ("'$input.json(\"$\") '", False),
        ("\"{'id': $input.json('$.id')}\"", True),
        ("\"$input.json('$.order')\"", True),
        ("'Action=SendMessage&MessageBody=$input.body'", True),
    ],
)
def test_a_template_of_the_whole_body_lets_no_less_pass(
    tmp_path: Path, template: str, *, is_found: bool
) -> None:
    resources = METHOD.replace("Action=SendMessage", template) % ("POST", QUEUE, "Credentials: !Ref Given")
    assert bool(findings(tmp_path, "integration-passthrough", resources)) is is_found
