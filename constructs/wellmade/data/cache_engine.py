"""What a cache runs on."""

from constructs import IConstruct

from wellmade.facts.elasticache import FIRST_VALKEY, is_node_type, is_valkey_version
from wellmade.kit.lookups import is_unresolved
from wellmade.kit.refusals import refusal


def refuse_wrong_engine(scope: IConstruct, node_type: str, engine_version: str) -> None:
    """Raise where there is no node of such a type, or no such version; new ones of either are taken.

    Raises:
        RefusedError: If it is so.
    """
    if not is_node_type(node_type) and not is_unresolved(node_type):
        allowed, fix = "a node type, such as cache.t4g.micro", "cache.r7g.large suits most work in production"
        raise refusal(scope, "node_type", allowed, repr(node_type), fix, rule="service-text")
    if not is_valkey_version(engine_version) and not is_unresolved(engine_version):
        allowed = f"a version of Valkey from {'.'.join(map(str, FIRST_VALKEY))} on, as in 8.0"
        raise refusal(scope, "engine_version", allowed, repr(engine_version), "leave it out to take 8.0")
