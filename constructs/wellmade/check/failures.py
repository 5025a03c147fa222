"""Whether what a function fails on is kept anywhere."""

from wellmade.check.given import given
from wellmade.graph import Graph, Resource

FUNCTIONS = ("AWS::Lambda::Function", "AWS::Serverless::Function")
CONFIGURATION = "AWS::Lambda::EventInvokeConfig"


def keeps_failures(graph: Graph, function: Resource) -> bool:
    """Tell whether a function may have a dead-letter queue or a destination for failed events.

    A configuration for functions that nobody knows counts as one for this function.
    """
    if given(function.get("DeadLetterConfig")):
        return True
    return any(
        given(configuration.get("DestinationConfig.OnFailure"))
        for configuration in graph.of_type(CONFIGURATION)
        if graph.function(configuration.get("FunctionName")) in (function, None)
    )
