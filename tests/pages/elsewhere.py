"""Commands of pages that other tests execute, since they take more than templates, and which tests these are."""

_PROOF = "tests/unit/prove/test_page.py"
_PROOF_OF_STACKS = "tests/stacks/test_proof.py"
_WHEEL = "tests/unit/house/test_wheel.py"
_CDK = "tests/local/test_cdk_command_line.py"

ELSEWHERE: dict[tuple[str, str], str] = {
    ("README.md", "make demo"): "tests/local/test_demo.py",
    ("README.md", "make test"): ".ci/run",
    ("README.md", "make synth"): "tests/stacks/test_app.py",
    ("README.md", "pip install ."): _WHEEL,
    ("README.md", "pip install '.[local]'"): _WHEEL,
    ("README.md", "pip wheel --no-deps --wheel-dir dist ."): _WHEEL,
    ("README.md", "pip install 'dist/wellmade-0.1.0-py3-none-any.whl[local]'"): _WHEEL,
    (
        "README.md",
        "wellmade prove cdk.out/file-pipeline.template.json --tests tests/handlers/tabular_ingest",
    ): _PROOF_OF_STACKS,
    (
        "README.md",
        "cdk bootstrap && cdk deploy file-pipeline -c environment=prod -c team=yours -c cost-center=4711",
    ): _CDK,
    (
        "contracts.md",
        'wellmade contracts contracts --compatible OrderPlaced.v1 --because "ids were always upper case"',
    ): "tests/unit/contracts/test_contracts.py",
    ("local.md", "pip install '.[local]'"): _WHEEL,
    ("new.md", "wellmade new work-queues ../orders"): "tests/unit/new/test_generated.py",
    ("upgrade.md", "wellmade upgrade --deployed cdk.out"): "tests/unit/upgrade/test_deployed.py",
}
"""By page and command; all of prove.md is in a test of its own, too."""

NOT_EXECUTED: dict[tuple[str, str], str] = {
    (
        "README.md",
        "pip install git+file:///path/to/wellmade@TAG",
    ): "it names a path and a tag of the reader's own; what is built from them is what the wheel's test installs",
}
"""What no test types, and why."""
