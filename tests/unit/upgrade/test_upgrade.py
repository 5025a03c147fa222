"""What an update does to what holds data, against what AWS documents."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from wellmade.cli import main
from wellmade.upgrade import Fate, Upgrade, compare
from wellmade.upgrade.pairs import paired
from wellmade.upgrade.report import markdown
from wellmade.upgrade.stacks import Written

HERE = Path(__file__).parent


def documented() -> Iterator[Any]:
    for number, line in enumerate((HERE / "documented.txt").read_text().splitlines()):
        if not line.startswith("#"):
            kind, name, before, after, said = line.split(" | ")
            yield pytest.param(kind, name, before, after, said, id=f"{number}-{kind}-{name}")


def one(kind: str, name: str, value: str) -> dict[str, Any]:
    properties = {} if value == "-" else {name: json.loads(value)}
    return {"Resources": {"It": {"Type": kind, "Properties": properties}}}


def upgrade(before: dict[str, Any], after: dict[str, Any]) -> Upgrade:
    return compare({"shop": Written("shop", before)}, {"shop": Written("shop", after)})


def stack(**resources: dict[str, Any]) -> dict[str, Any]:
    return {"Resources": resources}


def table(**more: Any) -> dict[str, Any]:
    policies = {name: more.pop(name) for name in list(more) if name.endswith("Policy") or name == "Metadata"}
    return {"Type": "AWS::DynamoDB::Table", "Properties": more, **policies}


@pytest.mark.parametrize(("kind", "name", "before", "after", "said"), list(documented()))
def test_a_change_does_what_is_documented(kind: str, name: str, before: str, after: str, said: str) -> None:
    found = upgrade(one(kind, name, before), one(kind, name, after))
    fates = {"replaced": [Fate.REPLACED], "perhaps": [Fate.PERHAPS], "kept": []}[said]
    changes = [each for each in found.changes if each.fate is not Fate.CHANGED]
    assert [each.fate for each in changes] == fates
    assert [each.loses for each in changes] == [True] * len(fates)


def test_what_refers_to_a_replaced_resource_is_replaced_too() -> None:
    def template(name: str) -> dict[str, Any]:
        group = {"Type": "AWS::RDS::DBSubnetGroup", "Properties": {"DBSubnetGroupName": name}}
        cluster = {"Type": "AWS::RDS::DBCluster", "Properties": {"DBSubnetGroupName": {"Ref": "Group"}}}
        return stack(Group=group, Cluster=cluster)

    found = {each.logical_id: each for each in upgrade(template("a"), template("b")).changes}
    assert found["Group"].renamed == ("a", "b")
    assert found["Cluster"].fate is Fate.REPLACED
    assert found["Cluster"].why == "DBSubnetGroupName refers to Group, which is replaced"
    assert found["Cluster"].loses


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"Fn::Sub": "${AWS::StackName}-jobs"}, {"Fn::Join": ["", [{"Ref": "AWS::StackName"}, "-jobs"]]}),
        ({"Fn::Sub": ["${a}-jobs", {"a": "my"}]}, "my-jobs"),
        ({"Fn::Join": ["-", ["my", "jobs"]]}, "my-jobs"),
        ({"Fn::GetAtt": "Other.Name"}, {"Fn::GetAtt": ["Other", "Name"]}),
        ({"Fn::FindInMap": ["Names", "all", "jobs"]}, "my-jobs"),
        ({"Fn::Sub": "${!a}-${Other}"}, {"Fn::Join": ["", ["${a}-", {"Ref": "Other"}]]}),
    ],
)
def test_two_ways_to_write_a_name_are_one(one: Any, other: Any) -> None:
    maps = {"Mappings": {"Names": {"all": {"jobs": "my-jobs"}}}}
    assert not upgrade({**maps, **stack(It=table(TableName=one))}, stack(It=table(TableName=other))).changes


def test_a_map_that_changes_renames() -> None:
    def template(name: str) -> dict[str, Any]:
        named = table(TableName={"Fn::FindInMap": ["Names", "all", "jobs"]})
        return {"Mappings": {"Names": {"all": {"jobs": name}}}, **stack(It=named)}

    [found] = upgrade(template("a"), template("b")).changes
    assert (found.fate, found.renamed) == (Fate.REPLACED, ("a", "b"))


@pytest.mark.parametrize(
    ("resource", "loses", "data"),
    [
        (table(), True, "it is deleted"),
        (table(DeletionPolicy="Retain"), False, "it stays, outside of the stack"),
        (table(DeletionPolicy="RetainExceptOnCreate"), False, "it stays, outside of the stack"),
        ({"Type": "AWS::RDS::DBCluster", "Properties": {}}, False, "a snapshot of it stays"),
        (
            {"Type": "AWS::S3::Bucket", "Properties": {}},
            False,
            "it stays unless something empties it first, since only empty buckets are deleted",
        ),
        (
            {
                "Type": "AWS::S3::Bucket",
                "Properties": {"Tags": [{"Key": "aws-cdk:auto-delete-objects", "Value": "true"}]},
            },
            True,
            "it is deleted",
        ),
        ({"Type": "AWS::SQS::Queue"}, True, "it is deleted"),
        ({"Type": "AWS::S3Tables::TableBucket"}, True, "it is deleted"),
        ({"Type": "AWS::Elasticsearch::Domain"}, True, "it is deleted"),
        ({"Type": "AWS::Route53::HostedZone"}, True, "it is deleted"),
        ({"Type": "AWS::ACMPCA::CertificateAuthority"}, True, "it is deleted"),
        ({"Type": "AWS::Organizations::Account"}, True, "it is deleted"),
        ({"Type": "AWS::EKS::Cluster"}, True, "it is deleted"),
        ({"Type": "AWS::SNS::Topic"}, False, ""),
    ],
)
def test_what_is_gone_is_deleted_by_its_policy(resource: dict[str, Any], loses: bool, data: str) -> None:  # noqa: FBT001
    [found] = upgrade(stack(It=resource), stack(Other={"Type": "AWS::SNS::Topic"})).changes
    assert (found.fate, found.loses, found.data) == (Fate.DELETED, loses, data)


@pytest.mark.parametrize(
    ("policy", "data"),
    [
        ("Retain", "the old one stays, outside of the stack, and the new one begins empty"),
        ("Delete", "the old one is deleted once the new one is there, and the new one begins empty"),
    ],
)
def test_what_is_replaced_loses_by_any_policy(policy: str, data: str) -> None:
    names = [stack(It=table(TableName=name, UpdateReplacePolicy=policy)) for name in "ab"]
    [found] = upgrade(*names).changes
    assert (found.loses, found.data) == (True, data)


def test_an_instance_of_a_cluster_holds_nothing() -> None:
    instance = {"Type": "AWS::RDS::DBInstance", "Properties": {"DBClusterIdentifier": {"Ref": "Cluster"}}}
    assert not upgrade(stack(It=instance), stack(Other={"Type": "AWS::SNS::Topic"})).loses


def test_another_id_is_a_move_and_loses() -> None:
    before, after = stack(Old=table(KeySchema=[1], DeletionPolicy="Retain")), stack(New=table(KeySchema=[1]))
    [found] = upgrade(before, after).changes
    assert (found.moved_to, found.loses) == ("shop/New", True)
    assert found.data == "it stays, outside of the stack, and shop/New begins empty"


def test_two_that_are_alike_are_no_move() -> None:
    [found] = upgrade(stack(Old=table()), stack(One=table(), Two=table())).changes
    assert found.moved_to is None


def test_a_stack_of_another_name_leaves_what_it_holds() -> None:
    template = stack(It=table(KeySchema=[1]))
    before = {
        "shop": Written("shop", template),
        "jobs": Written("jobs", stack(Q={"Type": "AWS::SQS::Queue"})),
    }
    after = {"store": Written("store", template), "jobs": before["jobs"]}
    found = compare(before, after)
    assert found.gone == ("shop",)
    [change] = found.changes
    assert (change.fate, change.moved_to, change.loses) == (Fate.LEFT, "store/It", True)


def test_a_stack_in_another_region_leaves_what_it_holds() -> None:
    def app(environment: str) -> dict[str, Written]:
        return {"shop": Written("shop", stack(It=table(KeySchema=[1])), environment=f"aws://{environment}")}

    here = app("111122223333/eu-west-1")
    [found] = compare(here, app("111122223333/eu-central-1")).changes
    assert (found.fate, found.loses) == (Fate.LEFT, True)
    assert found.why == "its stack goes from eu-west-1 to eu-central-1, and the deployed one stays"
    assert found.data == "it stays where it is, and the new one begins empty"
    for same in (here, app("unknown-account/unknown-region"), app("444455556666/eu-central-1")):
        assert not compare(here, same).changes


def test_a_nested_stack_that_is_gone_takes_all_with_it() -> None:
    inner = Written("shop/Inner", stack(It=table()), is_nested=True)
    root = Written("shop", stack(Topic={"Type": "AWS::SNS::Topic"}))
    [found] = compare({"shop": root, "shop/Inner": inner}, {"shop": root}).changes
    assert (found.id, found.fate, found.loses) == ("shop/Inner/It", Fate.DELETED, True)


def test_another_condition_may_take_it_away() -> None:
    def template(*rule: str) -> dict[str, Any]:
        return {"Conditions": {"On": {"Fn::Equals": list(rule)}}, **stack(It={**table(), "Condition": "On"})}

    assert not upgrade(template("a", "b"), template("a", "b")).changes
    [found] = upgrade(template("a", "b"), template("a", "c")).changes
    assert (found.fate, found.loses) == (Fate.PERHAPS, True)


def test_what_a_condition_is_made_of_counts_as_well() -> None:
    def template(value: str) -> dict[str, Any]:
        rules = {
            "On": {"Fn::And": [{"Condition": "Prod"}, {"Condition": "Prod"}]},
            "Prod": {"Fn::Equals": ["a", value]},
        }
        return {"Conditions": rules, **stack(It={**table(), "Condition": "On"})}

    assert not upgrade(template("a"), template("a")).changes
    [found] = upgrade(template("a"), template("b")).changes
    assert (found.fate, found.loses) == (Fate.PERHAPS, True)


def test_another_condition_may_choose_another_name() -> None:
    def template(value: str) -> dict[str, Any]:
        name = {"Fn::If": ["On", "a", {"Ref": "AWS::NoValue"}]}
        return {"Conditions": {"On": {"Fn::Equals": ["a", value]}}, **stack(It=table(TableName=name))}

    assert not upgrade(template("a"), template("a")).changes
    [found] = upgrade(template("a"), template("b")).changes
    assert (found.fate, found.loses) == (Fate.PERHAPS, True)
    assert found.why == "TableName is chosen by the condition On, which is another one"


def test_a_property_within_what_a_condition_chooses_counts() -> None:
    def template(key: str, more: str) -> dict[str, Any]:
        options = {"KmsKeyId": key, "Other": more}
        chosen = {"Fn::If": ["On", options, {"Ref": "AWS::NoValue"}]}
        kind = "AWS::OpenSearchService::Domain"
        domain = {"Type": kind, "Properties": {"EncryptionAtRestOptions": chosen}}
        return {"Conditions": {"On": {"Fn::Equals": ["a", "a"]}}, **stack(It=domain)}

    assert not upgrade(template("a", "true"), template("a", "false")).changes
    [found] = upgrade(template("a", "true"), template("b", "true")).changes
    assert found.loses
    assert found.why.startswith("EncryptionAtRestOptions.KmsKeyId changes")


def nesting(given: Any, **beside: dict[str, Any]) -> dict[str, Written]:
    """Return a stack that gives the one nested in it the name of a table."""
    inner = {"Type": "AWS::CloudFormation::Stack", "Properties": {"Parameters": {"Name": given}}}
    named = stack(It=table(TableName={"Ref": "Name"}))
    return {
        "shop": Written("shop", stack(Inner=inner, **beside)),
        "shop/Inner": Written("shop/Inner", named, is_nested=True),
    }


def test_a_nested_stack_that_gets_another_value_replaces_what_is_made_of_it() -> None:
    assert not compare(nesting("a"), nesting("a")).changes
    [found] = compare(nesting("a"), nesting("b")).loses
    assert (found.id, found.fate) == ("shop/Inner/It", Fate.REPLACED)
    assert found.why == "TableName refers to Name, which changes from a to b"


def test_a_nested_stack_replaces_with_what_its_parent_replaces() -> None:
    def app(name: str) -> dict[str, Written]:
        topic = {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": name}}
        return nesting({"Ref": "Topic"}, Topic=topic)

    [found] = compare(app("a"), app("b")).loses
    assert (found.id, found.fate) == ("shop/Inner/It", Fate.REPLACED)
    assert found.why == "TableName refers to Name, which is of <Topic>, which is replaced"


def test_a_nested_stack_that_gets_what_only_deployment_tells_may_replace() -> None:
    [found] = compare(nesting("a"), nesting({"Ref": "Topic"})).loses
    assert found.fate is Fate.PERHAPS


def test_what_nobody_can_judge_is_said() -> None:
    tables = [
        stack(It={"Type": "AWS::Serverless::SimpleTable", "Properties": {"TableName": n}}) for n in "ab"
    ]
    [found] = upgrade(*tables).changes
    assert (found.fate, found.loses, found.data) == (
        Fate.NOT_JUDGED,
        True,
        "nobody can tell whether it stays",
    )
    customs = [stack(It={"Type": "Custom::Thing", "Properties": {"A": n}}) for n in "ab"]
    [found] = upgrade(*customs).changes
    assert (found.fate, found.loses) == (Fate.NOT_JUDGED, False)


def exporting(value: Any) -> dict[str, Any]:
    output = {"Value": value, "Export": {"Name": {"Fn::Sub": "${AWS::StackName}-arn"}}}
    return {**stack(Topic={"Type": "AWS::SNS::Topic"}), "Outputs": {"Arn": output}}


@pytest.mark.parametrize(
    ("after", "why"),
    [
        (stack(Topic={"Type": "AWS::SNS::Topic"}), "it is gone"),
        (exporting("b"), "its value changes from a to b"),
    ],
)
def test_exports_in_use_break(after: dict[str, Any], why: str) -> None:
    user = {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": {"Fn::ImportValue": "shop-arn"}}}
    old = {"shop": Written("shop", exporting("a")), "user": Written("user", stack(It=user))}
    found = compare(old, {"shop": Written("shop", after), "user": old["user"]})
    [export] = found.breaks
    assert (export.name, export.why, export.used_by) == ("shop-arn", why, ("user",))


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("old.json").write_text(json.dumps(stack(It=table(TableName="a"), Queue={"Type": "AWS::SQS::Queue"})))
    Path("new.json").write_text(json.dumps(stack(It=table(TableName="b"), Jobs={"Type": "AWS::SQS::Queue"})))


@pytest.mark.usefixtures("files")
def test_the_command_refuses_a_loss(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["upgrade", "old.json", "new.json"]) == 1
    said = " ".join(capsys.readouterr().out.split())
    assert "TableName changes from a to b" in said
    assert said.endswith("Do not deploy. 2 resources lose data, or may: old/It, old/Queue.")
    assert main(["upgrade", "old.json", "old.json"]) == 0
    assert capsys.readouterr().out == "No data is lost: nothing is replaced or deleted.\n"


@pytest.mark.usefixtures("files")
def test_the_command_tells_of_what_leaves_without_a_loss(capsys: pytest.CaptureFixture[str]) -> None:
    topic, other = ({"Type": "AWS::SNS::Topic", "Properties": {"TopicName": name}} for name in "ab")
    Path("old.json").write_text(json.dumps(stack(It=table(DeletionPolicy="Retain"), Topic=topic)))
    Path("new.json").write_text(json.dumps(stack(Topic=other)))
    assert main(["upgrade", "old.json", "new.json"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "old/Topic (AWS::SNS::Topic) is replaced: TopicName changes from a to b No data is lost" in said
    assert said.endswith(
        "No data is lost: 1 resource leaves the stack and keeps its data: old/It; "
        "1 resource without data: replaced or deleted, or may be."
    )


@pytest.mark.usefixtures("files")
def test_the_command_writes_json_markdown_and_the_mapping(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["upgrade", "old.json", "new.json", "--format", "json"]) == 1
    document = json.loads(capsys.readouterr().out)
    assert [(each["logical_id"], each["fate"]) for each in document["changes"]] == [
        ("It", "replaced"),
        ("Queue", "deleted"),
    ]
    assert main(["upgrade", "old.json", "new.json", "--format", "markdown"]) == 1
    assert "| old/It (AWS::DynamoDB::Table) | replaced | TableName changes" in capsys.readouterr().out
    assert main(["upgrade", "old.json", "new.json", "--mapping"]) == 0
    # As `cdk refactor --override-file` reads it; of a file nobody knows account and region.
    place = {"account": "unknown-account", "region": "unknown-region"}
    moved = {"environments": [{**place, "resources": {"old.Queue": "old.Jobs"}}]}
    assert json.loads(capsys.readouterr().out) == moved


@pytest.mark.usefixtures("files")
def test_other_apps_are_refused_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    for folder in ("a", "b"):
        Path(folder).mkdir()
        Path(folder, f"{folder}.json").write_text(Path("old.json").read_text())
    assert main(["upgrade", "a", "b"]) == 2
    assert capsys.readouterr().err == (
        "wellmade: b: must hold a stack of a (a), got b; give two files to compare two templates\n"
    )


@pytest.mark.parametrize("written", ["65000", '"65000"'])
def test_a_default_is_the_same_written_or_left_out(written: str) -> None:
    kind, name = "AWS::EC2::CustomerGateway", "BgpAsn"
    assert not upgrade(one(kind, name, "-"), one(kind, name, written)).changes
    assert upgrade(one(kind, name, "-"), one(kind, name, "65001")).changes


def test_replaced_for_certain_goes_before_may_be_replaced() -> None:
    """One property of the cluster may replace it, another one surely does."""

    def template(name: str) -> dict[str, Any]:
        group = {"Type": "AWS::RDS::DBSubnetGroup", "Properties": {"DBSubnetGroupName": name}}
        properties = {"DBSubnetGroupName": {"Ref": "Group"}, "GlobalClusterIdentifier": {"Ref": "Group"}}
        return stack(Group=group, Cluster={"Type": "AWS::RDS::DBCluster", "Properties": properties})

    found = {each.logical_id: each for each in upgrade(template("a"), template("b")).changes}
    assert (found["Cluster"].fate, found["Cluster"].why) == (
        Fate.REPLACED,
        "DBSubnetGroupName refers to Group, which is replaced",
    )


@pytest.mark.parametrize(
    ("keys", "after", "loses"),
    [
        ([{"Ref": "AWS::Region"}, "jobs"], {"eu-west-1": {"jobs": "b", "logs": "x"}}, True),
        ([{"Ref": "AWS::Region"}, "jobs"], {"eu-west-1": {"jobs": "a", "logs": "y"}}, False),
        ([{"Ref": "AWS::Region"}, {"Ref": "What"}], {"eu-west-1": {"jobs": "a", "logs": "y"}}, True),
        ([{"Ref": "AWS::Region"}, "jobs"], {"eu-west-1": {"jobs": "a"}, "us-east-1": {"jobs": "c"}}, False),
    ],
)
def test_a_map_that_only_deployment_looks_up_counts(
    keys: list[Any],
    after: dict[str, Any],
    loses: bool,  # noqa: FBT001
) -> None:
    """By the region, as a rule; another region in it changes nothing where it is deployed."""

    def template(names: dict[str, Any]) -> dict[str, Any]:
        named = table(TableName={"Fn::FindInMap": ["Names", *keys]})
        return {"Mappings": {"Names": names}, **stack(It=named)}

    found = upgrade(template({"eu-west-1": {"jobs": "a", "logs": "x"}}), template(after))
    assert [each.fate for each in found.loses] == [Fate.PERHAPS] * loses


def test_a_condition_that_looks_into_another_map_may_take_away() -> None:
    def template(value: str) -> dict[str, Any]:
        rule = {"Fn::Equals": [{"Fn::FindInMap": ["Stages", {"Ref": "Stage"}, "tables"]}, "yes"]}
        maps = {"Mappings": {"Stages": {"prod": {"tables": value}}}, "Conditions": {"On": rule}}
        return {**maps, **stack(It={**table(), "Condition": "On"})}

    assert not upgrade(template("yes"), template("yes")).changes
    assert [each.fate for each in upgrade(template("yes"), template("no")).loses] == [Fate.PERHAPS]


def test_a_property_of_no_value_is_left_out() -> None:
    left_out = table(TableName={"Ref": "AWS::NoValue"})
    assert not upgrade(stack(It=left_out), stack(It=table())).changes


def test_a_policy_that_only_deployment_tells_may_delete() -> None:
    policy = {"DeletionPolicy": {"Ref": "Kept"}, "UpdateReplacePolicy": {"Ref": "Kept"}}
    before, after = (stack(It=table(TableName=name, **policy)) for name in "ab")
    [found] = upgrade(before, after).changes
    assert (found.fate, found.loses) == (Fate.REPLACED, True)
    [found] = upgrade(before, stack(Other={"Type": "AWS::SNS::Topic"})).changes
    assert (found.data, found.loses) == ("it is deleted", True)


def emptied(tag: str = "true", **more: Any) -> dict[str, Any]:
    tags = [{"Key": "aws-cdk:auto-delete-objects", "Value": tag}]
    return {"Type": "AWS::S3::Bucket", "Properties": {"Tags": tags}, **more}


EMPTIES = {"Type": "Custom::S3AutoDeleteObjects", "Properties": {"BucketName": {"Ref": "Files"}}}


def test_a_bucket_that_keeps_its_id_is_emptied_by_what_loses_its_own() -> None:
    """The CDK empties by the bucket's tag once its resource is deleted, the bucket's own fate aside."""
    before = stack(Files=emptied(), Old=EMPTIES)
    [found] = upgrade(before, stack(Files=emptied(), New=EMPTIES)).loses
    assert (found.logical_id, found.fate) == ("Files", Fate.EMPTIED)
    assert found.data == "it stays, and all that it holds is deleted"
    assert not upgrade(before, stack(Files={"Type": "AWS::S3::Bucket", "Properties": {}})).loses


def test_a_bucket_that_is_retained_is_emptied_all_the_same() -> None:
    before = stack(Files=emptied(DeletionPolicy="Retain"), Empties=EMPTIES)
    [found] = upgrade(before, stack(Topic={"Type": "AWS::SNS::Topic"})).loses
    assert found.data == "it stays, but the CDK empties it first (auto_delete_objects)"


def test_what_refers_to_what_nobody_can_judge_may_be_replaced() -> None:
    def template(value: str) -> dict[str, Any]:
        key = {"Fn::GetAtt": ["Looked", "KeyArn"]}
        files = {"Type": "AWS::EFS::FileSystem", "Properties": {"KmsKeyId": key}}
        return stack(Looked={"Type": "Custom::AWS", "Properties": {"Update": value}}, Files=files)

    [found] = upgrade(template("a"), template("b")).loses
    assert (found.logical_id, found.fate) == ("Files", Fate.PERHAPS)
    assert found.why == "KmsKeyId refers to Looked, which is not judged"


def test_no_secret_of_a_property_is_told() -> None:
    kind, name = "AWS::ElastiCache::ReplicationGroup", "AuthToken"
    [found] = upgrade(one(kind, name, '"hunter2"'), one(kind, name, '"hunter3"')).changes
    assert found.why == "AuthToken changes"


def test_an_export_of_what_is_replaced_has_another_value() -> None:
    def app(name: str) -> dict[str, Written]:
        topic = {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": name}}
        output = {"Value": {"Ref": "Topic"}, "Export": {"Name": "topic"}}
        user = {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": {"Fn::ImportValue": "topic"}}}
        return {
            "shop": Written("shop", {**stack(Topic=topic), "Outputs": {"Topic": output}}),
            "user": Written("user", stack(It=user)),
        }

    assert not compare(app("a"), app("a")).exports
    [found] = compare(app("a"), app("b")).breaks
    assert (found.why, found.used_by) == ("its value is of Topic, which is replaced", ("user",))


def test_a_name_of_two_lines_ends_no_table() -> None:
    found = upgrade(stack(It=table(TableName="a\nb|")), stack(It=table(TableName="c")))
    rows = markdown(found).splitlines()
    assert rows[-1].startswith("| shop/It (AWS::DynamoDB::Table) | replaced | TableName changes from a b\\|")
    assert len(rows) == 5


def in_regions(*regions: str, **names: str) -> dict[str, Written]:
    """Return stacks of one name as a reader numbers them."""
    numbered = {("shop" if not number else f"shop#{number + 1}"): each for number, each in enumerate(regions)}
    return {
        name: Written(
            name,
            stack(It=table(TableName=names.get(region.replace("-", "_"), "a"))),
            environment=f"aws://111122223333/{region}",
        )
        for name, region in numbered.items()
    }


def test_stacks_of_one_name_are_compared_by_their_region() -> None:
    old = in_regions("eu-west-1", "us-east-1")

    def found(new: dict[str, Written]) -> Upgrade:
        return compare(old, paired(old, new))

    assert not found(in_regions("ap-east-1", "us-east-1", "eu-west-1")).changes
    gone = found(in_regions("us-east-1"))
    assert (gone.changes, gone.gone) == ((), ("shop",))
    [lost] = found(in_regions("us-east-1", us_east_1="b")).loses
    assert (lost.stack, lost.fate) == ("shop#2", Fate.REPLACED)
    [left] = found(in_regions("us-east-1", "eu-north-1")).loses
    assert left.why == "its stack goes from eu-west-1 to eu-north-1, and the deployed one stays"


def test_an_export_is_used_in_its_own_region_alone() -> None:
    def app(value: str) -> dict[str, Written]:
        user = {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": {"Fn::ImportValue": "shop-arn"}}}
        here, there = "aws://111122223333/eu-west-1", "aws://111122223333/us-east-1"
        return {
            "shop": Written("shop", exporting("a"), environment=here),
            "shop#2": Written("shop#2", exporting(value), environment=there),
            "user": Written("user", stack(It=user), environment=there),
        }

    assert [(each.stack, each.name) for each in compare(app("a"), app("b")).breaks] == [
        ("shop#2", "shop-arn")
    ]


@pytest.mark.parametrize(
    "odd",
    [
        {"Mappings": {"a": "x"}, **stack(It=table(TableName={"Fn::FindInMap": ["a", "b", "c"]}))},
        {"Mappings": [1], **stack(It=table(TableName={"Fn::FindInMap": ["a", {"Ref": "b"}, "c"]}))},
        stack(It=table(TableName={"Fn::Join": ["", [{"parts": 5}, "b"]]})),
        stack(It={"Type": "AWS::S3::Bucket", "Properties": {"Tags": "x"}}),
        stack(It={**table(), "Condition": {"Ref": "a"}}),
        stack(It={**table(), "Metadata": "x", "DeletionPolicy": ["x"]}),
    ],
)
def test_odd_values_are_no_crash(odd: dict[str, Any]) -> None:
    other = stack(Other={"Type": "AWS::SNS::Topic"})
    for before, after in ((odd, odd), (odd, other), (other, odd)):
        upgrade(before, after)


@pytest.mark.parametrize(
    ("kind", "name", "policy"),
    [
        ("AWS::OpenSearchService::Domain", "EngineVersion", "EnableVersionUpgrade"),
        ("AWS::Elasticsearch::Domain", "ElasticsearchVersion", "EnableVersionUpgrade"),
        ("AWS::ElastiCache::ReplicationGroup", "NumNodeGroups", "UseOnlineResharding"),
    ],
)
def test_an_update_policy_keeps_what_would_be_replaced(kind: str, name: str, policy: str) -> None:
    def template(value: str, **policies: Any) -> dict[str, Any]:
        return stack(It={"Type": kind, "Properties": {name: value}, "UpdatePolicy": policies})

    assert not upgrade(template("1"), template("2", **{policy: True})).changes
    [found] = upgrade(template("1", **{policy: True}), template("2", **{policy: "false"})).loses
    assert found.why == f"{name} changes from 1 to 2, without UpdatePolicy.{policy}"


def test_what_dynamodb_never_changes_in_place_counts() -> None:
    """AWS's pages of the resources do not say that these replace; the table cannot change them either way."""
    kind = "AWS::DynamoDB::GlobalTable"
    types = (json.dumps([{"AttributeName": "a", "AttributeType": each}]) for each in "SN")
    [found] = upgrade(*(one(kind, "AttributeDefinitions", each) for each in types)).loses
    assert (found.fate, found.why) == (Fate.REPLACED, "AttributeDefinitions: a changes from S to N")
    index = '[{"IndexName":"i"}]'
    before, after = (one("AWS::DynamoDB::Table", "LocalSecondaryIndexes", each) for each in ("-", index))
    assert [each.fate for each in upgrade(before, after).loses] == [Fate.PERHAPS]


def test_code_of_a_function_of_sam_replaces_nothing_that_names_it() -> None:
    def template(code: str) -> dict[str, Any]:
        function = {"Type": "AWS::Serverless::Function", "Properties": {"CodeUri": code}}
        permission = {"Type": "AWS::Lambda::Permission", "Properties": {"FunctionName": {"Ref": "Function"}}}
        return stack(Function=function, Permission=permission)

    found = upgrade(template("a"), template("b")).changes
    assert [(each.logical_id, each.fate) for each in found] == [("Function", Fate.NOT_JUDGED)]
