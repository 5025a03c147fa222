"""What the pair of `integration-failures` does not show."""

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
      HttpMethod: POST
      Integration:
        Type: AWS
        IntegrationHttpMethod: POST
        Uri: %s
        RequestTemplates: {application/json: Action=SendMessage}
        IntegrationResponses: %s"""
QUEUE = "!Sub arn:aws:apigateway:${AWS::Region}:sqs:path/${AWS::AccountId}/jobs"


@pytest.mark.parametrize(
    ("responses", "is_found"),
    [
        ('[{StatusCode: "200"}]', True),
        ('[{StatusCode: "200"}, {StatusCode: "400", SelectionPattern: "4.."}]', True),
        ('[{StatusCode: "200"}, {StatusCode: "500", SelectionPattern: "[45].."}]', False),
        ('[{StatusCode: "200", SelectionPattern: "2.."}, {StatusCode: "500"}]', False),
        ("[{StatusCode: !Ref Given}]", False),
        ("!If [Strict, [], []]", False),
    ],
)
def test_finds_default_answers_of_failures_only(tmp_path: Path, responses: str, *, is_found: bool) -> None:
    template = METHOD % (QUEUE, responses)
    assert bool(findings(tmp_path, "integration-failures", template)) is is_found


def test_leaves_functions_alone(tmp_path: Path) -> None:
    function = "!Sub arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Given}/invocations"
    assert findings(tmp_path, "integration-failures", METHOD % (function, '[{StatusCode: "200"}]')) == []
