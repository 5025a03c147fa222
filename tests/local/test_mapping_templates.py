"""What a mapping template of a REST API can compute."""

import json
import subprocess
from pathlib import Path

import pytest

import wellmade.local
from wellmade.local.toolchain import ministack_python

pytestmark = pytest.mark.local

RENDER = """
import json, sys
from extension import mapping_templates
mapping_templates.apply()
templates, body = json.load(sys.stdin)
given = mapping_templates.Parameters({"id": "7"}, {"mode": "fast"}, {"Who": "me"})
print(json.dumps([mapping_templates.render(each, body, given) for each in templates]))
"""
BODY = {"output": '{"name": "O\'Brien", "size": 3}', "plain": "a b/c"}


def test_the_functions_of_util() -> None:
    expected = {
        "#set ($made = $util.parseJson($input.json('$.output')))\n$made.name $made.size": "O'Brien 3",
        "#set($made = $util.parseJson($input.path('$.output')))$made.size": "3",
        "$util.base64Encode($input.path('$.plain'))": "YSBiL2M=",
        "$util.base64Decode('YSBiL2M=')": "a b/c",
        "$input.params('id') $input.params().path.id": "7 7",
        "$input.params().querystring.get('mode')": "fast",
        "$input.params().header.get('Who')": "me",
        "#set($all = $input.params())$all.querystring.mode": "fast",
        "$util.urlDecode('a+b%2Fc')": "a b/c",
        "$util.urlEncode($input.path('$.plain'))": "a+b%2Fc",
        "$util.escapeJavaScript($input.path('$.plain'))": "a b\\/c",
    }

    done = subprocess.run(
        [ministack_python(), "-P", "-c", RENDER],
        input=json.dumps([list(expected), json.dumps(BODY)]),
        env={"PYTHONPATH": str(Path(wellmade.local.__file__).parent)},
        capture_output=True,
        text=True,
        check=True,
    )

    assert [each.strip() for each in json.loads(done.stdout)] == list(expected.values())
