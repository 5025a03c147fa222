"""Which public layers of AWS are here: Powertools for Python and for TypeScript, by name and parameter.

The name tells the major release; accounts differ by partition, so they are not looked at.
Source: https://docs.aws.amazon.com/powertools/python/latest/getting-started/install/
"""

import re

_NAME = re.compile(r"\bAWSLambdaPowertools(Python|TypeScript)(?:V(\d+))?(?=[-:]|$)")
_PARAMETER = re.compile(r"/aws/service/powertools/(python|typescript)/[\w./-]+")
_HELD = {"python-1", "python-2", "python-3", "typescript-1", "typescript-2"}
_NEWEST = {
    "python": "017000801446:layer:AWSLambdaPowertoolsPythonV3-{python}-{architecture}:1",
    "typescript": "094274105915:layer:AWSLambdaPowertoolsTypeScriptV2:1",
}


def powertools_in(text: str) -> set[str]:
    """Return which of those that are held a template or an ARN names, such as `python-3`."""
    named = {f"{found[1].lower()}-{found[2] or 1}" for found in _NAME.finditer(text)}
    newest = {name for found in _PARAMETER.finditer(text) for name in powertools_in(layer_named(found[0]))}
    return (named | newest) & _HELD


def layer_named(parameter: str) -> str:
    """Return what follows the region in the ARN that a public parameter holds; empty for other parameters."""
    if not (found := _PARAMETER.fullmatch(parameter)):
        return ""
    _, architecture, python, *_ = *parameter.split("/")[4:], "", ""
    return _NEWEST[found[1]].format(python=python.replace(".", ""), architecture=architecture)
