"""Compare our decisions with those of an independent simulator, npm's `@cloud-copilot/iam-simulate`.

    python -m bench.simulator --suite FOLDER                 cases of its own tests (its sources)
    python -m bench.simulator --generate 8000 --node FOLDER  cases made here (a folder with node_modules)

Prints how many differ for which reason, each with its first case. The package is
not ours to bring along: `npm install @cloud-copilot/iam-simulate` puts it where `--node` finds it.
"""

import argparse
import json
import random
import subprocess
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from wellmade.prove.policy import Authorizer, Policy, PolicyError, Request

Case = Mapping[str, Any]
ACCOUNT, OTHER = "111122223333", "444455556666"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/worker"
DRIVER = """
import {{ runSimulation }} from '{module}'
import {{ readFileSync }} from 'node:fs'
const cases = JSON.parse(readFileSync(0, 'utf8'))
const answers = []
for (const simulation of cases) {{
  const result = await runSimulation(simulation, {{}})
  answers.push(result.overallResult ?? result.analysis?.result ?? JSON.stringify(result.errors ?? result))
}}
console.log(JSON.stringify(answers))
"""


def ours(case: Case) -> str:
    """Return our decision of a case, or why there is none."""
    request = case["request"]
    principal = request["principal"]
    if not isinstance(principal, str):
        return "an anonymous requester"
    try:
        resource = case.get("resourcePolicy")
        authorizer = Authorizer(
            [_policy(each) for each in case.get("identityPolicies") or ()],
            boundary=_union(case.get("permissionBoundaries") or case.get("permissionBoundaryPolicies")),
            session=_policy(case["sessionPolicy"]) if case.get("sessionPolicy") else None,
            service_control=_levels(case.get("serviceControlPolicies"), "policies"),
            resource_control=[
                policy
                for level in case.get("resourceControlPolicies") or ()
                for policy in (_policy(each, "resource") for each in level["policies"])
            ],
        )
        decision = authorizer.decide(
            Request(
                request["action"],
                request["resource"]["resource"],
                {**request.get("context", {}), **request.get("contextVariables", {})},
                principal,
                request["resource"]["accountId"],
            ),
            _policy(resource, "resource") if resource else None,
        )
    except PolicyError as error:
        return f"refused: {error}"
    if decision.allowed:
        return "Allowed"
    return "ExplicitlyDenied" if decision.explicit else "ImplicitlyDenied"


def _policy(given: Any, kind: str = "identity") -> Policy:
    document = given.get("policy", given) if isinstance(given, Mapping) else given
    return Policy.parse(document, "Policy", "resource" if kind == "resource" else "identity")


def _union(given: Sequence[Any] | None) -> Policy | None:
    return Policy.union(_policy(each) for each in given) if given else None


def _levels(given: Sequence[Any] | None, name: str) -> list[list[Policy]]:
    return [[_policy(each) for each in level[name]] for level in given or ()]


def suite(folder: Path) -> Iterator[tuple[str, Case, str]]:
    """Yield name, case and expected answer of each case in the simulator's own tests."""
    for file in sorted((folder / "src" / "core_engine" / "coreEngineTests").rglob("*.json")):
        for case in json.loads(file.read_text()):
            expected = case.get("expected", {}).get("response")
            if expected and "request" in case and case.get("simulationMode", "Strict") == "Strict":
                yield f"{file.stem}: {case['name']}", case, expected


class Maker:
    """Makes cases from a seed: the same on every run."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 - not for secrets

    def case(self) -> dict[str, Any]:
        """Return one case as the simulator takes it."""
        pick = self._random.choice
        action = pick(["s3:GetObject", "s3:PutObject", "sqs:SendMessage", "dynamodb:GetItem", "kms:Decrypt"])
        owner = pick([ACCOUNT, ACCOUNT, ACCOUNT, OTHER])
        resource = {
            "s3": "arn:aws:s3:::inbox/incoming/a.csv",
            "sqs": f"arn:aws:sqs:us-east-1:{owner}:jobs",
            "dynamodb": f"arn:aws:dynamodb:us-east-1:{owner}:table/rows",
            "kms": f"arn:aws:kms:us-east-1:{owner}:key/k1",
        }[action.partition(":")[0]]
        principal = pick(
            [ROLE, f"arn:aws:sts::{ACCOUNT}:assumed-role/worker/run", f"arn:aws:iam::{ACCOUNT}:user/ann"]
        )
        simulation: dict[str, Any] = {
            "request": {
                "action": action,
                "resource": {"resource": resource, "accountId": owner},
                "principal": principal,
                "contextVariables": self._context(),
            },
            "identityPolicies": [{"name": "own", "policy": self._document(action, resource)}],
            "serviceControlPolicies": [],
            "resourceControlPolicies": [],
        }
        if pick([True, False, False]):
            boundary = {"name": "boundary", "policy": self._document(action, resource)}
            simulation["permissionBoundaryPolicies"] = [boundary]
        if pick([True, False]):
            simulation["resourcePolicy"] = self._document(action, resource, principal)
        if pick([True, False, False, False]):
            policy = {"name": "scp", "policy": self._document(action, resource)}
            simulation["serviceControlPolicies"] = [{"orgIdentifier": "ou", "policies": [policy]}]
        return simulation

    def _context(self) -> dict[str, Any]:
        every = {
            "aws:SecureTransport": "true",
            "aws:SourceIp": "203.0.113.7",
            "aws:RequestedRegion": "us-east-1",
        }
        return {key: value for key, value in every.items() if self._random.random() < 0.7}

    def _document(self, action: str, resource: str, principal: str = "") -> dict[str, Any]:
        number = self._random.randint(1, 3)
        return {
            "Version": "2012-10-17",
            "Statement": [self._statement(action, resource, principal) for _ in range(number)],
        }

    def _statement(self, action: str, resource: str, principal: str) -> dict[str, Any]:
        pick = self._random.choice
        service = action.partition(":")[0]
        effect = pick(["Allow", "Allow", "Allow", "Deny"])
        body: dict[str, Any] = {"Effect": effect}
        actions = [
            action,
            action.upper(),
            f"{service}:*",
            "*",
            f"{action[:-3]}*",
            "sns:Publish",
            f"{action[:-1]}?",
        ]
        body[pick(["Action", "Action", "Action", "NotAction"])] = pick(actions)
        cut = resource[: -self._random.randint(1, 4)]
        resources = [
            resource,
            "*",
            f"{cut}*",
            f"{resource[:-1]}?",
            "arn:aws:sns:us-east-1:111122223333:other",
        ]
        body[pick(["Resource", "Resource", "Resource", "NotResource"])] = pick(resources)
        if principal:
            named = [principal, ROLE, f"arn:aws:iam::{ACCOUNT}:root", ACCOUNT, f"arn:aws:iam::{OTHER}:root"]
            whom = pick(["Principal"] * 5 + (["NotPrincipal"] if effect == "Deny" else []))
            body[whom] = pick(["*", {"AWS": "*"}]) if pick([True, False, False]) else {"AWS": pick(named)}
        if self._random.random() < 0.4:
            body["Condition"] = self._condition()
        return body

    def _condition(self) -> dict[str, Any]:
        return self._random.choice(
            [
                {"Bool": {"aws:SecureTransport": self._random.choice(["true", "false"])}},
                {"StringEquals": {"aws:RequestedRegion": ["us-east-1", "eu-west-1"]}},
                {"StringNotEqualsIfExists": {"aws:RequestedRegion": "us-east-1"}},
                {"StringLike": {"aws:RequestedRegion": "us-*"}},
                {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}},
                {"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}},
                {"Null": {"aws:SourceIp": self._random.choice(["true", "false"])}},
            ]
        )


def simulated(cases: Sequence[Case], node: Path) -> list[str]:
    """Return the simulator's answers."""
    module = (node / "node_modules/@cloud-copilot/iam-simulate/dist/esm/index.js").resolve()
    driver = node / "driver.mjs"
    driver.write_text(DRIVER.format(module=module))
    done = subprocess.run(
        ["node", str(driver)], input=json.dumps(cases), capture_output=True, text=True, check=True
    )
    answers: list[str] = json.loads(done.stdout)
    return answers


def explained(case: Case, mine: str) -> str:
    """Return what of AWS's text, or of the simulator, a difference comes from; empty if it is not known."""
    request = case["request"]
    action, resource = request["action"].lower(), request["resource"]["resource"]
    text = json.dumps(case)
    reasons = {
        "its discovery mode decides for unknown values": "simulation" in case,
        "it knows endpoint policies": "endpointPolicies" in case,
        "it knows anonymous requests": mine == "an anonymous requester",
        "IAM refuses such a policy (grammar of the policy language)": mine.startswith("refused"),
        "its request may hold wildcards, as no request of AWS does": "*" in resource or "?" in resource,
        "a key's default policy leaves the decision to the account": action.startswith("kms:")
        and "resourcePolicy" not in case,
        "NotPrincipal with Allow is not supported (IAM, NotPrincipal)": _allows_others(
            case.get("resourcePolicy")
        ),
        "NotPrincipal must name the account too (IAM, NotPrincipal)": '"NotPrincipal"' in text,
        "it knows that nobody may change what AWS owns": _of_aws(resource),
        "what is granted to a session, no session policy limits (IAM, session policies)": "sessionPolicy"
        in case,
    }
    return next((reason for reason, fits in reasons.items() if fits), "")


def _of_aws(resource: str) -> bool:
    """Tell whether AWS owns something: its managed policies, the roles that it links to services."""
    return any(
        part in resource for part in (":iam::aws:", "alias/aws/", "/aws-service-role/", "/aws-reserved/")
    )


def _allows_others(policy: Any) -> bool:
    statements = policy.get("Statement", []) if isinstance(policy, Mapping) else []
    return any("NotPrincipal" in each and each["Effect"] == "Allow" for each in statements)


def report(compared: Iterable[tuple[str, Case, str]]) -> None:
    """Print how many agree, and how many differ for which reason, each with its first case."""
    total, reasons = 0, Counter[str]()
    first: dict[str, str] = {}
    for name, case, theirs in compared:
        total += 1
        mine = ours(case)
        if mine != theirs:
            reason = explained(case, mine) or "NOT EXPLAINED"
            reasons[reason] += 1
            first.setdefault(reason, f"{name}: simulator {theirs}, ours {mine}")
    print(f"{total} cases, {total - sum(reasons.values())} agree")
    for reason, count in reasons.most_common():
        print(f"{count:>6}  {reason}; first: {first[reason][:160]}")


def main() -> None:
    """Compare what was asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--suite", type=Path, help="a checkout of the simulator's sources")
    parser.add_argument("--generate", type=int, default=0, help="so many cases are made")
    parser.add_argument("--node", type=Path, help="a folder with the simulator in its node_modules")
    parser.add_argument("--seed", type=int, default=17, help="of the cases that are made (default: 17)")
    options = parser.parse_args()
    if options.suite:
        report(suite(options.suite))
    if options.generate:
        maker = Maker(options.seed)
        cases = [maker.case() for _ in range(options.generate)]
        answers = simulated(cases, options.node)
        report(zip(map(str, range(len(cases))), cases, answers, strict=True))


if __name__ == "__main__":
    main()
