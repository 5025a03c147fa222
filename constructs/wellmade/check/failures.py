"""Which functions keep what they fail on."""

from wellmade.check.conditional import possibly_set
from wellmade.graph import Graph, Resource

FUNCTIONS = ("AWS::Lambda::Function", "AWS::Serverless::Function")
CONFIGURATION = "AWS::Lambda::EventInvokeConfig"


def keeping(graph: Graph) -> set[Resource]:
    """Return the functions that may have a dead-letter queue or a destination for failed events.

    A configuration for an unknown function counts as one for every function.
    """
    functions = graph.of_type(*FUNCTIONS)
    found = {function for function in functions if possibly_set(function.get("DeadLetterConfig"))}
    for configuration in graph.of_type(CONFIGURATION):
        if possibly_set(configuration.get("DestinationConfig.OnFailure")):
            function = graph.function(configuration.get("FunctionName"))
            found.update([function] if function else functions)
    return found
