"""Which public layers are at hand is told by their names and their parameters."""

import pytest

from wellmade.local.extension.layer_names import layer_named, powertools_in


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("017000801446:layer:AWSLambdaPowertoolsPythonV3-python312-arm64:7", {"python-3"}),
        ("017000801446:layer:AWSLambdaPowertoolsPythonV2-Arm64:79", {"python-2"}),
        ("017000801446:layer:AWSLambdaPowertoolsPythonV2:79", {"python-2"}),
        ("017000801446:layer:AWSLambdaPowertoolsPython:21", {"python-1"}),
        ("094274105915:layer:AWSLambdaPowertoolsTypeScript:29", {"typescript-1"}),
        ("094274105915:layer:AWSLambdaPowertoolsTypeScriptV2:3", {"typescript-2"}),
        ("580247275435:layer:LambdaInsightsExtension:14", set()),
        ("/aws/service/powertools/python/arm64/python3.12/latest", {"python-3"}),
        ("/aws/service/powertools/typescript/generic/all/latest", {"typescript-2"}),
    ],
)
def test_a_text_tells_what_it_names(text: str, held: set[str]) -> None:
    assert powertools_in(f'{{"Layers": ["arn:aws:lambda:eu-west-1:{text}"]}}') == held


def test_a_parameter_holds_a_whole_arn() -> None:
    arn = "017000801446:layer:AWSLambdaPowertoolsPythonV3-python313-x86_64:1"

    assert layer_named("/aws/service/powertools/python/x86_64/python3.13/latest") == arn
    assert layer_named("/aws/service/powertools") == layer_named("/own/parameter") == ""
