"""The account as templates and settings tell it, for the calls of one workload."""

from collections.abc import Mapping, Sequence
from functools import cached_property

from wellmade.graph import Graph, Resource
from wellmade.prove.calls import AccountContext, Call, Need
from wellmade.prove.deployed.encryption_keys import aliases_in, keys_in, partition_keys_in
from wellmade.prove.deployed.naming import Naming
from wellmade.prove.deployed.places import Place, places_in
from wellmade.prove.deployed.refusals import Refusals
from wellmade.prove.deployed.refused_acls import refused_acls
from wellmade.prove.deployed.roles import profiles_in, task_roles_in
from wellmade.prove.deployed.tested_names import TestedNames
from wellmade.prove.deployed.unusable_keys import unusable_keys
from wellmade.prove.settings import Settings


class Account:
    """What is deployed where, worked out once.

    Args:
        graph: The templates.
        settings: What no template can tell.
        called: By id of a resource what it is called where calls were heard. Default: variables alone tell.
        beside: How the templates read whatever their conditions, where the graph is what some of them leave.
            Default: the graph is all of them.
        home: Where what is judged is deployed. Default: where stacks for anywhere are.
    """

    def __init__(
        self,
        graph: Graph,
        settings: Settings,
        called: Mapping[str, str] | None = None,
        beside: Naming | None = None,
        home: Place | None = None,
    ) -> None:
        self._graph = graph
        self._called = called or {}
        self._settings = settings
        general, self._places = places_in(graph, settings)
        self.home: Place = home or general
        """Where the workloads are deployed; empty where nobody tells it."""
        account, region = self.home.whole()
        self.naming: Naming = Naming(graph, account, region, settings.values, beside, self._places)

    def place_of(self, resource: Resource) -> Place:
        """Return where a resource is deployed; empty where nobody tells it."""
        return self._places.get(resource.stack, self.home)

    def context(
        self, workload: Resource, variables: Mapping[str, Sequence[str]], calls: Sequence[Call]
    ) -> AccountContext:
        """Return what the calls of a workload are mapped with; names of its tests are joined."""
        names = TestedNames(self.naming)
        names.learn_deployed(self._called)
        names.learn(workload, variables, calls)
        return AccountContext(
            self.naming.account,
            keys=self.keys,
            aliases=self._aliases,
            partition_keys=self._partition_keys,
            task_roles=self._task_roles,
            profiles=self._profiles,
            owners=self._owners,
            told=self._told,
            resolve=names.resolve,
        )

    @cached_property
    def keys(self) -> dict[str, str]:
        """ARN of what a customer's key encrypts, to the ARN of the key."""
        return {**keys_in(self._graph, self.naming), **self._settings.keys}

    @cached_property
    def refusals(self) -> Refusals:
        """ARN of a key or a bucket to what its service refuses whatever policies allow."""
        return {**unusable_keys(self._graph, self.naming), **refused_acls(self._graph, self.naming)}

    @cached_property
    def _aliases(self) -> dict[str, str]:
        return {**aliases_in(self._graph, self.naming), **self._settings.aliases}

    @cached_property
    def _partition_keys(self) -> dict[str, str]:
        return partition_keys_in(self._graph, self.naming)

    @cached_property
    def _task_roles(self) -> Mapping[str, Mapping[str, Sequence[str]]]:
        return task_roles_in(self._graph, self.naming)

    @cached_property
    def _profiles(self) -> Mapping[str, Sequence[str]]:
        return profiles_in(self._graph, self.naming)

    @cached_property
    def _owners(self) -> Mapping[str, str]:
        buckets = self._graph.of_type("AWS::S3::Bucket")
        return {self.naming.open_arn(each): self.naming.place_of(each).account for each in buckets}

    @cached_property
    def libraries(self) -> Mapping[str, Sequence[Need]]:
        """What libraries need that nobody here knows, as far as it is told."""
        return self._settings.needs_of_libraries()

    @cached_property
    def _told(self) -> Mapping[str, Sequence[Need]]:
        return self._settings.needs()
