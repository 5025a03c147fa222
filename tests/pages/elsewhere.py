"""Commands of pages that other tests execute, since they take more than templates, and which tests these are."""

from collections.abc import Mapping

_PROOF = "tests/unit/prove/test_page.py"
_PROOF_OF_STACKS = "tests/stacks/test_proof.py"
_WHEEL = "tests/unit/house/test_wheel.py"
_CDK = "tests/local/test_cdk_command_line.py"

ELSEWHERE: Mapping[tuple[str, str], str] = {
    ("README.md", "make demo"): "tests/local/test_demo.py",
    ("README.md", "make test"): ".ci/run",
    ("README.md", "make synth"): "tests/stacks/test_app.py",
    ("README.md", "pip install ."): _WHEEL,
    ("README.md", "pip install '.[local]'"): _WHEEL,
    ("README.md", "wellmade prove cdk.out --tests tests/handlers tests/containers"): _PROOF_OF_STACKS,
    (
        "README.md",
        "cdk bootstrap && cdk deploy file-pipeline -c environment=prod -c team=yours -c cost-center=4711",
    ): _CDK,
    (
        "contracts.md",
        'wellmade contracts contracts --compatible OrderPlaced.v1 --because "ids were always upper case"',
    ): "tests/unit/contracts/test_contracts.py",
    ("local.md", "pip install '.[local]'"): _WHEEL,
    ("upgrade.md", "wellmade upgrade --deployed cdk.out"): "tests/unit/upgrade/test_deployed.py",
}
"""By page and command; all of prove.md is in a test of its own, too."""
