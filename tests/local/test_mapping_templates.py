"""What a mapping template of a REST API can compute."""

import json
import subprocess
from collections.abc import Iterable
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
BODY = {
    "output": '{"name": "O\'Brien", "size": 3}',
    "plain": "a b/c",
    "status": "FAILED",
    "items": [{"id": {"S": "1"}, "tags": ["x", "y"]}, {"id": {"S": "2"}, "tags": []}],
}
ALL_PARAMETERS = """#set($all = $input.params()){
#foreach($type in $all.keySet())
#set($params = $all.get($type))
"$type": {#foreach($name in $params.keySet())
"$name": "$util.escapeJavaScript($params.get($name))"#if($foreach.hasNext),#end
#end}#if($foreach.hasNext),#end
#end}"""


def rendered(templates: Iterable[str]) -> list[str]:
    done = subprocess.run(
        [ministack_python(), "-P", "-c", RENDER],
        input=json.dumps([list(templates), json.dumps(BODY)]),
        env={"PYTHONPATH": str(Path(wellmade.local.__file__).parent)},
        capture_output=True,
        text=True,
        check=True,
    )
    return [each.strip() for each in json.loads(done.stdout)]


def test_loops() -> None:
    listed = "[#foreach($item in $input.path('$').items)\"$item.id.S\"#if($foreach.hasNext),#end#end]"
    expected = {
        listed: '["1","2"]',
        "#foreach($n in [1..9])$n#if($n == 3)#break#end#end": "123",
        "#foreach($n in ['a', \"b\"])$foreach.index$n$velocityCount #end$!n": "0a1 1b2",
        "#foreach($i in $input.path('$.items'))#foreach($t in $i.tags)$foreach.count$t#end;#end": "1x2y;;",
        "#foreach($e in $input.params().path.entrySet())$e.key=$e.value#end": "id=7",
        "#foreach($nothing in $input.path('$.plain'))x#end": "",
    }
    assert rendered(expected) == list(expected.values())


def test_all_that_a_request_passes() -> None:
    assert json.loads(rendered([ALL_PARAMETERS])[0]) == {
        "path": {"id": "7"},
        "querystring": {"mode": "fast"},
        "header": {"Who": "me"},
    }


def test_conditions() -> None:
    expected = {
        # that of the answer of CDK's StepFunctionsRestApi
        "#if($input.path('$.status').toString().equals(\"FAILED\"))bad#{else}good#end": "bad",
        "#if(!$input.path('$.items').isEmpty() && ($foo || $input.params('id') == '7'))yes#end": "yes",
        "#if($input.path('$.items').size() > 2)many#elseif($input.path('$.items').size() >= 2)two#end": "two",
        "#if(\"a && b\" == 'a && b')same#end": "same",
        "#if(!$foo)no#end## and #if": "no",
    }
    assert rendered(expected) == list(expected.values())


def test_values() -> None:
    expected = {
        "$input.json('$.plain')": '"a b/c"',
        "$input.json('$.items[1].id.S') $input.path('$.items[0].tags[1]')": '"2" y',
        "$input.json('$.items[*].id.S') $input.json('$..S')": '["1","2"] ["1","2"]',
        "#set($found = $input.path('$.items'))$found[1].id.S": "2",
        "#set($i = 1)#set($i = $i + 2)$i": "3",
        "#set($map = {'a': 1})#set($none = $map.put('b', [2]))$map": "{a=1, b=[2]}",
        "$input.params('who')": "me",
        "#set($text = 'abc')#set($end = $text.length() - 1)$text.substring(0, $end) $text.empty": "ab false",
    }
    assert rendered(expected) == list(expected.values())


def test_the_functions_of_util() -> None:
    expected = {
        # a path of JSON to a text is a text in quotes, so this parses once and prints what stands inside
        "#set ($made = $util.parseJson($input.json('$.output')))\n$made": '{"name": "O\'Brien", "size": 3}',
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

    assert rendered(expected) == list(expected.values())
