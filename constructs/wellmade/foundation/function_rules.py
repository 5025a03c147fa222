"""What cannot work about a function in any language: before it is defined, and as it was synthesized."""

from collections.abc import Iterator

from aws_cdk import Duration
from aws_cdk import aws_lambda as lambda_

from wellmade.facts.lambda_ import LONGEST_TIMEOUT, MEMORY
from wellmade.kit.lookups import default_child, path_of, seconds
from wellmade.kit.refusals import RefusedError, refusal, require_between
from wellmade.kit.secrets import plaintext_secrets
from wellmade.kit.synth_checks import Synthesized


def refuse_wrong_size(path: str, memory_size: int, timeout: Duration) -> None:
    """Raise where memory or timeout of a function is out of bounds.

    Raises:
        RefusedError: If it is.
    """
    require_between(
        path, "memory_size", memory_size, *MEMORY, "512 suits most handlers", rule="service-limit"
    )
    if seconds(timeout) < 1:
        raise refusal(
            path, "timeout", "at least 1 s", timeout, "60 s suit most handlers", rule="service-limit"
        )
    if seconds(timeout) > LONGEST_TIMEOUT:
        raise refusal(
            path,
            "timeout",
            f"at most {LONGEST_TIMEOUT} s",
            timeout,
            "use FargateWorker for longer work",
            rule="function-timeout",
        )


class FunctionRules:
    """What must hold of a function as it was synthesized."""

    def __init__(self, function: lambda_.Function) -> None:
        self._function = function

    def broken(self, synthesized: Synthesized) -> Iterator[RefusedError]:
        """Yield a refusal for each rule that is broken."""
        resource = default_child(self._function)
        if not isinstance(resource, lambda_.CfnFunction):
            return
        properties = synthesized.properties(resource)
        variables = properties.get("Environment", {}).get("Variables", {})
        path = path_of(self._function)
        yield from plaintext_secrets(path, variables, resource, synthesized.template(resource))
