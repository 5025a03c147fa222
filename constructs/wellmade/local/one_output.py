"""The value of one output of what is deployed, for a command line to fill in."""

from collections.abc import Mapping

from wellmade.errors import WellmadeError


def value_of(name: str, outputs: Mapping[str, Mapping[str, str]]) -> str:
    """Return the output of this name, which may be `STACK.NAME`.

    Raises:
        WellmadeError: If no stack has it, or several have.
    """
    named = {f"{stack}.{key}": value for stack, values in outputs.items() for key, value in values.items()}
    found = [each for each in named if name in (each, each.partition(".")[2])]
    match found:
        case [one]:
            return named[one]
        case []:
            raise WellmadeError(f"--output {name}: no stack has it; there are: {', '.join(named) or 'none'}")
        case _:
            raise WellmadeError(f"--output {name}: several stacks have it; name one of: {', '.join(found)}")
