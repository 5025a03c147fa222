"""What constructs refuse at synth, and whether `wellmade check` sees it in the template."""

import re
from pathlib import Path

import aws_cdk as cdk

from wellmade.check.grouping import every
from wellmade.check.run import check
from wellmade.graph import load
from wellmade.kit.refusals import RefusedError
from wellmade.kit.synth_checks import Synthesized, checks_of

NOT_ALWAYS_SEEN = {
    "api-throttle": "one of the two limits is enough in a stage of anybody's",
    "connection-budget": "how many connections a copy of a service may hold stands in its code",
    "cpu-scaled-consumer": "a policy by CPU beside one by backlog may be meant",
    "database-without-proxy": "the template does not show what wears an imported security group",
    "deployment-circuit-breaker": "an alarm ends a failing deployment as well",
    "ecs-exec": "without the tag `environment` a template does not say that it is for production",
    "event-loop": "a construct refuses what may loop, a template is told what surely does",
    "function-secrets": "what stands behind a condition that the template does not define is unknown",
    "oidc-branch": "a trust for others beside the pipeline may be meant in a role of anybody's",
    "queue-without-dead-letter": "a queue that nothing polls may be a dead-letter queue itself",
    "stream-endless-retries": "a limit on the age of records ends the retries as well",
    "stream-retention": "without a limit of its own the mapping reads for as long as the stream keeps",
    "untagged": "a template is asked of what is paid for, and a guard of everything that takes tags",
    "topic-subscription-failure-path": "a queue takes every message that its policy allows, which is checked",
}
"""Rules that a template of a refusal may leave silent, with the reason."""
WITHOUT_RULE = {
    "MaxSessionDuration": "longer sessions may be meant in a role of anybody's",
    "bucket": "that a bucket's events are switched on is asked by the pipeline, not by AWS",
    "consumer": "no rule compares the subscriptions of a queue with each other",
    "definition_string": "Step Functions refuses a definition that is no JSON",
    "deregistration delay": "the longest request of a service stands in no template",
    "endpoints": "cfn-lint tells of two endpoints with one private name (E3064, with --lint)",
    "filters": "no rule compares a filter with what the stream's view type shows",
    "idle timeout": "the longest request of a service stands in no template",
    "name": "the name that a policy expects is computed by the construct",
    "needs": "a boundary narrower than a role may be meant",
    "notification": "which files a pipeline must see stands in no template",
    "policies": "a role of anybody's may do more than deploy",
    "state": "a rule that is off may be meant",
    "step timeout": "no rule compares a state's timeout with that of what it calls",
    "suffixes": "which files a pipeline must see stands in no template",
    "table": "CloudFormation refuses to read the stream of a table that has none",
    "ttl": "for how long a worker remembers a message stands in its code",
}
"""Options whose refusal no rule of templates matches, with the reason."""

_ALSO = {"isolated-call": "endpoint-set"}
"""What a task needs to start has a rule of its own."""
_STEP = re.compile("step '.*' timeout")


def refusals_of(stack: cdk.Stack) -> list[RefusedError]:
    """Return what the constructs of an app refused when it was synthesized."""
    synthesized = Synthesized()
    found = (error for each in checks_of(stack) for error in each(synthesized) if error)
    return [error for error in found if error.severity == "error"]


def unseen_refusals(stack: cdk.Stack) -> list[str]:
    """Return the refusals that no rule of `wellmade check` sees and no reason explains."""
    refused = refusals_of(stack)
    stage = cdk.Stage.of(stack)
    files = sorted(Path(stage.outdir).rglob("*.template.json")) if stage and refused else []
    found = {finding.rule for finding in every(check(load(files)))} if files else set()
    return [str(error) for error in refused if not _is_seen(error, found)]


def _is_seen(error: RefusedError, found: set[str]) -> bool:
    if error.allowed == "a number":  # CloudFormation refuses it, whatever the rule
        return True
    if error.rule is None:
        return _STEP.sub("step timeout", error.option) in WITHOUT_RULE
    return bool(found & {error.rule, _ALSO.get(error.rule)}) or error.rule in NOT_ALWAYS_SEEN
