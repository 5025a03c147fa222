"""Change every role a little, and count the changes that `prove` does not find.

    python -m bench.mutations cdk.out --calls calls.json

Of each role's exact policy each action is taken away, each resource is made narrower, and an action and a
resource that nobody uses are added. Prints how many changes of each kind were found, and which were not.
"""

import argparse
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

from wellmade.graph import load
from wellmade.prove.every import Proofs
from wellmade.prove.policy import Policy, Request
from wellmade.prove.proof import Proof
from wellmade.prove.recordings import Recordings, read
from wellmade.prove.report import Asked, compare
from wellmade.prove.role import Role
from wellmade.prove.settings import settings_of
from wellmade.prove.written.fix import Fixes

Document = dict[str, Any]


def mutants(document: Document) -> Iterator[tuple[str, Document]]:
    """Yield each change of a policy with its kind."""
    for index, statement in enumerate(document["Statement"]):
        if statement["Effect"] != "Allow":
            continue
        for name, kind in (
            ("Action", "an action is taken away"),
            ("Resource", "a resource is made narrower"),
        ):
            for value in statement.get(name, ()):
                changed = deepcopy(document)
                values = changed["Statement"][index][name]
                values[values.index(value)] = f"{value}Other" if name == "Action" else _narrower(value)
                yield kind, changed
        for name, kind, unused in (
            ("Action", "an action is added", "s3:DeleteBucketPolicy"),
            ("Resource", "a resource is added", "arn:aws:sqs:us-east-1:123456789012:nobody"),
        ):
            if name in statement and "*" not in statement[name]:
                changed = deepcopy(document)
                changed["Statement"][index][name] = [*statement[name], unused]
                yield kind, changed


def _narrower(resource: str) -> str:
    return "arn:aws:none:::nothing" if resource == "*" else f"{resource.removesuffix('*')}/narrower"


def is_found(proof: Proof, role: Role, also: Sequence[Asked], document: Mapping[str, Any]) -> bool:
    """Tell whether a role with a changed policy is not proven any more."""
    changed = replace(role, policies=[Policy.parse(document, "Changed")])
    report = compare(proof.report.calls, _asked(proof), (), changed, also=also)
    return not report.proven


def _asked(proof: Proof) -> list[Asked]:
    denied = [Asked(each.call, Request(each.action, each.resource)) for each in proof.report.denied]
    return [*proof.report.allowed, *denied]


def main() -> None:
    """Change every role and print what was missed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("paths", nargs="+", type=Path)
    parser.add_argument("--calls", type=Path)
    options = parser.parse_args()
    recordings = read(options.calls) if options.calls else Recordings()
    proofs = Proofs(load(options.paths), recordings, settings_of(Path.cwd()))
    made, missed = Counter[str](), Counter[str]()
    for found, written, _ in Fixes(proofs, proofs.every()).written():
        graph_role = proofs.graph.role_of(found[0].workload)
        if graph_role is None:
            continue
        policies = proofs.roles.policies_of(graph_role)
        role = replace(
            proofs.role_for(policies, proofs.account.naming.name(found[0].workload)),
            at_best=None, boundary=None, declared=(),
        )  # fmt: skip
        every = [asked for each in found for asked in _asked(each)]
        document = {"Version": "2012-10-17", "Statement": [right.document() for right in written.rights]}
        for kind, changed in mutants(document):
            made[kind] += 1
            if not any(is_found(each, role, every, changed) for each in found):
                missed[kind] += 1
                print(f"missed: {found[0].workload.logical_id}: {kind}")
    for kind, count in made.items():
        print(f"{kind:<30} {count - missed[kind]} of {count} found")


if __name__ == "__main__":
    main()
