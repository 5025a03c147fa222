"""Several stacks read together: assemblies, stages, nested stacks, exports, parameters, folders."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from wellmade.errors import WellmadeError
from wellmade.graph import Attribute, Graph, Unknown, load

QUEUE: dict[str, Any] = {"Type": "AWS::SQS::Queue"}


def write(file: Path, document: object) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(document))


def stack_artifact(template: str, **properties: str) -> dict[str, Any]:
    return {"type": "aws:cloudformation:stack", "properties": {"templateFile": template, **properties}}


def test_an_assembly_with_a_stage_and_a_nested_stack(tmp_path: Path) -> None:
    nested = {
        "Type": "AWS::CloudFormation::Stack",
        "Metadata": {"aws:asset:path": "inner.nested.template.json"},
        "Properties": {
            "TemplateURL": {"Fn::Sub": "https://s3/${AWS::Region}/x"},
            "Parameters": {"Given": {"Fn::GetAtt": ["Queue", "Arn"]}},
        },
    }
    user = {"Type": "Custom::User", "Properties": {"Value": {"Fn::GetAtt": ["Nested", "Outputs.Name"]}}}
    inner = {
        "Parameters": {"Given": {"Type": "String"}, "Other": {"Type": "String"}},
        "Resources": {
            "Table": {"Type": "AWS::DynamoDB::Table"},
            "User": {
                "Type": "Custom::User",
                "Properties": {"Value": {"Ref": "Given"}, "Other": {"Ref": "Other"}},
            },
        },
        "Outputs": {"Name": {"Value": {"Ref": "Table"}}},
    }
    write(tmp_path / "outer.template.json", {"Resources": {"Queue": QUEUE, "Nested": nested, "User": user}})
    write(tmp_path / "inner.nested.template.json", inner)
    write(tmp_path / "assembly-Prod" / "x.template.json", {"Resources": {"Queue": QUEUE}})
    write(
        tmp_path / "assembly-Prod" / "manifest.json",
        {"artifacts": {"Prod-x": stack_artifact("x.template.json", stackName="prod-x")}},
    )
    write(
        tmp_path / "manifest.json",
        {
            "artifacts": {
                "outer": stack_artifact("outer.template.json"),
                "assembly-Prod": {
                    "type": "cdk:cloud-assembly",
                    "properties": {"directoryName": "assembly-Prod"},
                },
                "Tree": {"type": "cdk:tree", "properties": {"file": "tree.json"}},
            }
        },
    )
    graph = load([tmp_path])
    assert set(graph.resources) == {
        "outer/Queue",
        "outer/Nested",
        "outer/User",
        "outer/Nested/Table",
        "outer/Nested/User",
        "prod-x/Queue",
    }
    assert graph.resources["outer/User"].get("Value") == Attribute("outer/Nested/Table", "Ref")
    inside = graph.resources["outer/Nested/User"]
    assert inside.get("Value") == Attribute("outer/Queue", "Arn")
    assert inside.get("Other") == Unknown("parameter outer/Nested/Other has no default")
    assert inside.template == tmp_path / "inner.nested.template.json"


@pytest.mark.parametrize("manifest", [None, "{", "[]", '{"files": {"abc": {"source": 5}}}'])
def test_a_nested_stack_of_an_app_that_ran_without_the_command_line(
    tmp_path: Path, manifest: str | None
) -> None:
    """Only the command line asks for the path in the metadata; what is published has it too."""
    address = {"Fn::Sub": "https://s3.${AWS::Region}.${AWS::URLSuffix}/assets/abc.json"}
    nested = {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": address}}
    write(tmp_path / "outer.template.json", {"Resources": {"Nested": nested}})
    write(tmp_path / "inner.nested.template.json", {"Resources": {"Queue": QUEUE}})
    write(tmp_path / "manifest.json", {"artifacts": {"outer": stack_artifact("outer.template.json")}})
    assets = tmp_path / "outer.assets.json"
    if manifest is None:
        write(assets, {"files": {"abc": {"source": {"path": "inner.nested.template.json"}}}})
    else:
        assets.write_text(manifest)
    found = set(load([tmp_path]).resources)
    assert found == {"outer/Nested"} | ({"outer/Nested/Queue"} if manifest is None else set())


def test_exports_and_imports(read: Callable[..., Graph]) -> None:
    graph = read(
        network="""
Resources: {Vpc: {Type: AWS::EC2::VPC}}
Outputs:
  Vpc: {Value: !Ref Vpc, Export: {Name: !Sub '${AWS::StackName}-vpc'}}
  Fixed: {Value: 3, Export: {Name: fixed}}
""",
        app="""
Parameters: {Network: {Type: String, Default: network}}
Resources:
  A: {Type: 'Custom::A', Properties: {Vpc: !ImportValue {'Fn::Sub': '${Network}-vpc'}, Fixed: !ImportValue fixed}}
""",
    )
    importing = graph.resources["app/A"]
    assert graph.target(importing.get("Vpc")) is graph.resources["network/Vpc"]
    assert importing.number("Fixed") == 3


def test_a_cycle_of_exports_is_unknown(read: Callable[..., Graph]) -> None:
    graph = read(
        a="""
Resources: {A: {Type: 'Custom::A', Properties: {Value: !ImportValue b}}}
Outputs: {A: {Value: !ImportValue b, Export: {Name: a}}}
""",
        b="""
Resources: {B: {Type: 'Custom::B'}}
Outputs: {B: {Value: !ImportValue a, Export: {Name: b}}}
""",
    )
    assert isinstance(graph.resources["a/A"].get("Value"), Unknown)


def test_parameters_of_the_parameter_store(read: Callable[..., Graph]) -> None:
    graph = read(
        one="Resources: {Q: {Type: AWS::SQS::Queue}, P: {Type: AWS::SSM::Parameter, Properties: {Name: /queue, "
        "Value: !GetAtt Q.Arn}}}",
        two="""
Parameters: {Queue: {Type: 'AWS::SSM::Parameter::Value<String>', Default: /queue}}
Resources:
  A: {Type: 'Custom::A', Properties: {One: !Ref Queue, Two: '{{resolve:ssm:/queue}}'}}
""",
    )
    a = graph.resources["two/A"]
    assert graph.target(a.get("One")) is graph.target(a.get("Two")) is graph.resources["one/Q"]


def test_an_edge_crosses_stacks(read: Callable[..., Graph]) -> None:
    graph = read(
        queues="Resources: {Q: {Type: AWS::SQS::Queue}}\nOutputs: {Q: {Value: !GetAtt Q.Arn, Export: {Name: q}}}",
        workers="Resources: {F: {Type: AWS::Lambda::Function}, E: {Type: AWS::Lambda::EventSourceMapping, "
        "Properties: {FunctionName: !Ref F, EventSourceArn: !ImportValue q}}}",
    )
    (edge,) = graph.edges()
    assert (edge.source.id, edge.target.id) == ("queues/Q", "workers/F")


def test_a_folder_of_templates_among_other_files(tmp_path: Path) -> None:
    template = {"Resources": {"Queue": QUEUE}}
    write(tmp_path / "a" / "template.json", template)
    write(tmp_path / "b" / "template.json", template)
    write(tmp_path / "b" / "event.json", {"Records": [{"Type": "AWS::SQS::Queue", "Resources": []}]})
    write(tmp_path / ".git" / "template.json", template)
    write(tmp_path / "node_modules" / "x.json", template)
    (tmp_path / "docker-compose.yaml").write_text("services: {}")
    (tmp_path / "parent.yaml").write_text(
        "Resources:\n  N: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: b/template.json}}\n"
        "  Q:\n    Type: AWS::SQS::Queue\n"
    )
    graph = load([tmp_path])
    assert set(graph.resources) == {"a/template/Queue", "parent/N", "parent/N/Queue", "parent/Q"}


@pytest.mark.parametrize("sections", [{"Outputs": []}, {"Parameters": 3}, {"Mappings": None}])
def test_sections_that_hold_something_else_are_empty(tmp_path: Path, sections: dict[str, object]) -> None:
    uses = {
        "Type": "Custom::X",
        "Properties": {"A": {"Ref": "P"}, "B": {"Fn::FindInMap": ["M", "a", "b"]}},
    }
    write(tmp_path / "t.json", {"Resources": {"X": uses}, **sections})
    assert isinstance(load([tmp_path / "t.json"]).resources["t/X"].get("A"), Unknown)


def test_what_a_resource_carries_besides_its_properties(read: Callable[..., Graph]) -> None:
    graph = read(
        s="""
Resources:
  Table:
    Type: AWS::DynamoDB::Table
    Condition: Wanted
    DeletionPolicy: Retain
    DependsOn: Queue
    Metadata: {'aws:cdk:path': app/Orders/Table/Resource}
  Queue: {Type: AWS::SQS::Queue}
"""
    )
    table, queue = graph.resources.values()
    assert (table.condition, table.deletion_policy, table.depends_on) == ("Wanted", "Retain", ("Queue",))
    assert (table.cdk_path, table.line) == ("app/Orders/Table", 3)
    assert (queue.condition, queue.deletion_policy, queue.cdk_path) == (None, "Delete", None)


def test_loops_are_expanded(read: Callable[..., Graph]) -> None:
    graph = read(
        s="""
Transform: AWS::LanguageExtensions
Parameters: {Names: {Type: CommaDelimitedList, Default: 'orders,bills'}}
Resources:
  'Fn::ForEach::Queues':
    - Name
    - !Ref Names
    - 'Queue${Name}': {Type: AWS::SQS::Queue, Properties: {QueueName: !Ref Name}}
  'Fn::ForEach::Unknown': [Name, !Ref Other, {'X${Name}': {Type: AWS::SQS::Queue}}]
"""
    )
    assert {key: queue.get("QueueName") for key, queue in graph.resources.items()} == {
        "s/Queueorders": "orders",
        "s/Queuebills": "bills",
    }


def test_one_stack_in_two_regions(tmp_path: Path) -> None:
    write(tmp_path / "a.json", {"Resources": {"Queue": QUEUE}})
    artifacts = {name: stack_artifact("a.json", stackName="app") for name in ("one", "two")}
    write(tmp_path / "manifest.json", {"artifacts": artifacts})
    assert set(load([tmp_path, tmp_path]).resources) == {"app/Queue", "app#2/Queue"}


def test_a_stage_that_holds_itself(tmp_path: Path) -> None:
    stage = {"type": "cdk:cloud-assembly", "properties": {"directoryName": "."}}
    write(tmp_path / "manifest.json", {"artifacts": {"stage": stage}})
    with pytest.raises(
        WellmadeError, match=r"manifest\.json:1: the stage stage holds itself; run cdk synth again"
    ):
        load([tmp_path])


def test_a_manifest_without_its_template(tmp_path: Path) -> None:
    write(tmp_path / "manifest.json", {"artifacts": {"app": stack_artifact("gone.json")}})
    with pytest.raises(WellmadeError, match=r"gone\.json: cannot be read: No such file or directory"):
        load([tmp_path])
