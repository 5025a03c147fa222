"""What differs between environments, and the tags that every resource carries."""

from dataclasses import dataclass, replace

from aws_cdk import Duration, RemovalPolicy, Tags
from constructs import IConstruct, Node

from wellmade.foundation import accept
from wellmade.foundation.queue_consumer import QueueConsumer

ACCEPTED_IN_PRODUCTION = {
    "function-on-latest": "Queues buffer while a release is rolled back; these stacks release all at once.",
}


@dataclass(frozen=True)
class Settings:
    """The size and the safety of an environment; each of them lives in an account of its own."""

    environment: str
    removal_policy: RemovalPolicy
    timeout: Duration
    """Most time for one batch of a function."""
    batching_window: Duration
    concurrency: int
    team: str = ""
    cost_center: str = ""

    @classmethod
    def from_context(cls, node: Node) -> "Settings":
        """Read `environment`, `team` and `cost-center` from the app's context.

        Raises:
            ValueError: If the environment is not known or a tag is missing.
        """
        name = node.try_get_context("environment")
        if name not in ENVIRONMENTS:
            allowed = ", ".join(ENVIRONMENTS)
            raise ValueError(
                f"cdk.json: environment must be one of {allowed}, got {name!r}; pass -c environment=dev"
            )
        return replace(
            ENVIRONMENTS[name], team=_required(node, "team"), cost_center=_required(node, "cost-center")
        )

    def tag(self, scope: IConstruct) -> None:
        """Tag all that `scope` holds, so that every resource has an owner on the bill."""
        tags = {"team": self.team, "environment": self.environment, "cost-center": self.cost_center}
        for key, value in {**tags, "service": scope.node.id}.items():
            Tags.of(scope).add(key, value)

    def accept(self, *workers: QueueConsumer) -> None:
        """Record what is accepted in production, where stricter rules hold."""
        if self.environment == "prod":
            for worker in workers:
                accept(worker.source, ACCEPTED_IN_PRODUCTION)


def _required(node: Node, key: str) -> str:
    value = node.try_get_context(key)
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"cdk.json: {key} must be a word for the {key} tag, got {value!r}; pass -c {key}=…")
    return value


ENVIRONMENTS = {
    # Short, so that a message that always fails is set aside while one watches: 3 x 6 x 2 seconds.
    "local": Settings("local", RemovalPolicy.DESTROY, Duration.seconds(2), Duration.seconds(0), 2),
    "dev": Settings("dev", RemovalPolicy.DESTROY, Duration.minutes(1), Duration.seconds(0), 5),
    "staging": Settings("staging", RemovalPolicy.RETAIN, Duration.minutes(5), Duration.seconds(5), 10),
    "prod": Settings("prod", RemovalPolicy.RETAIN, Duration.minutes(5), Duration.seconds(5), 50),
}
