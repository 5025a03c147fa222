"""What a page says of the synthesized example: resources, grants, variables, alarms."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from wellmade.facts.deletion import KEPT
from wellmade.testing.templates import without_version

Template = Mapping[str, Any]
_COMPARED = {
    "GreaterThanThreshold": ">",
    "GreaterThanOrEqualToThreshold": "≥",
    "LessThanThreshold": "<",
    "LessThanOrEqualToThreshold": "≤",
}


def resources(template: Template) -> str:
    """Return the table of resources, with what happens to each when it leaves the stack."""
    rows = [
        f"| `{without_version(name)}` | {r['Type'].removeprefix('AWS::')} | {_kept(r)} |"
        for name, r in template["Resources"].items()
        if r["Type"] != "AWS::CloudWatch::Alarm"
    ]
    return _table("| logical id in the example | type | when it leaves the stack |", rows)


def counts(template: Template) -> str:
    """Return how many resources of each type there are, as a sentence; the most frequent first."""
    found = Counter(resource["Type"].removeprefix("AWS::") for resource in template["Resources"].values())
    said = ", ".join(f"{count} {kind}" for kind, count in found.most_common() if kind != "CDK::Metadata")
    return f"{said}."


def outputs(template: Template) -> str:
    """Return the names of what a deployment prints, as a sentence."""
    names = [name for name in template.get("Outputs", {}) if not name.startswith("ExportsOutput")]
    return f"{', '.join(f'`{name}`' for name in names)}." if names else ""


def grants(template: Template) -> str:
    """Return the table of what each role may do."""
    rows = [
        f"| `{role}` | {_actions(s['Action'])} | {_resource(s['Resource'])} |"
        for role, s in _statements(template)
        if s["Effect"] == "Allow"
    ]
    rows += [
        f"| `{name}` | all of the policy `{_flat(policy).rpartition('/')[2]}` | what that says |"
        for name, resource in template["Resources"].items()
        if resource["Type"] == "AWS::IAM::Role"
        for policy in resource.get("Properties", {}).get("ManagedPolicyArns", [])
    ]
    return _table("| role | actions | on |", rows)


def variables(template: Template) -> str:
    """Return the variables that functions and containers find."""
    found: set[str] = set()
    for resource in template["Resources"].values():
        properties = resource.get("Properties", {})
        found |= set(properties.get("Environment", {}).get("Variables", {}))
        for container in properties.get("ContainerDefinitions", []):
            found |= {each["Name"] for each in container.get("Environment", [])}
    return ", ".join(f"`{name}`" for name in sorted(found))


def alarms(template: Template) -> str:
    """Return the table of alarms with their runbooks."""
    rows = []
    for name, resource in template["Resources"].items():
        if resource["Type"] == "AWS::CloudWatch::Alarm":
            p = resource["Properties"]
            metric = p.get("MetricName", "an expression")
            statistic = p.get("Statistic") or p.get("ExtendedStatistic")
            told = f" ({statistic})" if statistic else ""
            line = f"`{metric}` {_COMPARED[p['ComparisonOperator']]} {p['Threshold']:.12g}{told}"
            rows.append(f"| `{name}` | {line} | {_flat(p.get('AlarmDescription', ''))} |")
    return _table("| alarm | fires when | what it means, what to do first |", rows)


def _table(heading: str, rows: list[str]) -> str:
    if not rows:
        return ""
    rule = "|" + "---|" * (heading.count("|") - 1)
    return "\n".join([heading, rule, *rows])


def _kept(resource: Mapping[str, Any]) -> str:
    return {**dict.fromkeys(KEPT, "is retained"), "Snapshot": "a snapshot is taken"}.get(
        resource.get("DeletionPolicy", ""), "is deleted"
    )


def _statements(template: Template) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name, resource in template["Resources"].items():
        properties = resource.get("Properties", {})
        if resource["Type"] == "AWS::IAM::Role":
            for policy in properties.get("Policies", []):
                yield from ((name, each) for each in policy["PolicyDocument"]["Statement"])
        if resource["Type"] == "AWS::IAM::Policy":
            role = _resource(properties.get("Roles", [""])[0]).strip("`")
            yield from ((role, each) for each in properties["PolicyDocument"]["Statement"])


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _actions(value: Any) -> str:
    return ", ".join(f"`{action}`" for action in _listed(value))


def _resource(value: Any) -> str:
    return "<br>".join(f"`{_flat(each)}`" for each in _listed(value))


def _flat(value: Any) -> str:
    """Write a reference as people read it: the logical id, pseudo parameters in braces."""
    match value:
        case {"Fn::Join": [str(), list(parts)]}:
            return "".join(_flat(part) for part in parts)
        case {"Fn::GetAtt": [str(name), _]} | {"Ref": str(name)}:
            return f"{{{name.removeprefix('AWS::')}}}" if name.startswith("AWS::") else name
        case str():
            return value
        case _:
            return "…"
