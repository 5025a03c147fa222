"""Payments are scored while their callers wait: by a table of profiles and a cache of the latest payments."""

from typing import Any

from aws_cdk import Duration, Stack
from constructs import Construct

from stacks.outputs import define_outputs
from stacks.settings import Settings
from wellmade.api import Lookup, ScoringApi, Throttle
from wellmade.data import SessionCache
from wellmade.foundation import (
    OnDemandTable,
    ProvisionedConcurrency,
    PythonFunction,
    alarm_topic,
    monitor,
)
from wellmade.network import Network

BUDGET, LOCAL_BUDGET = Duration.millis(100), Duration.seconds(2)
"""What callers wait; a laptop answers for stores and network with one processor."""
WARM = ProvisionedConcurrency(2, 8)
"""100 payments a second of 40 ms each are 4 at once; the most is also the reservation."""
MEMORY = 1769
"""In MiB: a whole processor, since handshakes and JSON are all that takes time."""
VELOCITY = "velocity:"
"""What keys of the cache begin with."""


class ScoringStack(Stack):
    """A payment gets a score within 100 ms; what is not known in time is named, and nothing then approved."""

    def __init__(self, scope: Construct, construct_id: str, *, settings: Settings, **options: Any) -> None:
        super().__init__(scope, construct_id, description=self.__doc__, **options)
        self._settings, self._is_local = settings, settings.environment == "local"
        # Nothing of it calls the internet: the table has a gateway endpoint, the cache is in the network.
        self.network = Network(self, "Network", zones=settings.web.zones, nat="none")
        self.profiles = OnDemandTable(
            self, "Profiles", partition_key="pk", removal_policy=settings.removal_policy
        )
        self.velocity = SessionCache(
            self,
            "Velocity",
            vpc=self.network.vpc,
            nodes=settings.web.cache_nodes,
            key_prefix=VELOCITY,
        )
        self.scores = self._define_scores()
        monitor(self, self.scores, self.profiles, self.velocity)
        self._define_outputs()
        settings.tag(self)

    def _define_scores(self) -> ScoringApi:
        function = PythonFunction(
            self,
            "Scorer",
            code="payment_score",
            vpc=self.network.vpc,
            memory_size=MEMORY,
            timeout=Duration.seconds(3),
            # Where both are processes of one machine there is no TLS to speak.
            environment={"CACHE_TLS": "off"} if self._is_local else None,
            reserved_concurrency=WARM.most,
            provisioned_concurrency=WARM,
        )
        scores = ScoringApi(
            self,
            "Scores",
            function=function,
            # A cache in the network answers within a millisecond or two, or not at all.
            lookups={"profile": Lookup(), "velocity": Lookup(Duration.millis(20))},
            budget=LOCAL_BUDGET if self._is_local else BUDGET,
            throttle=Throttle(rate_limit=150, burst_limit=100),
        )
        self.profiles.connect(scores, actions=["dynamodb:GetItem"])
        self.velocity.connect(scores)
        return scores

    def _define_outputs(self) -> None:
        define_outputs(
            self,
            {
                "ScoresUrl": self.scores.url,
                "ScoresApiId": self.scores.api_id,
                "ScorerFunctionName": self.scores.function.function_name,
                "ProfilesTableName": self.profiles.table_name,
                "AlarmTopicArn": alarm_topic(self).topic_arn,
            },
        )
