"""Whether a region that code names is the function's own once deployed."""

from collections.abc import Mapping

from wellmade.graph import Value
from wellmade.prove.deployed.account import Account
from wellmade.prove.reading.sites import OF_VARIABLE, VALUE


def is_elsewhere(region: str, variables: Mapping[str, Value], account: Account) -> bool:
    """Tell whether a region may be another one than the function's.

    Args:
        region: As the code names it.
        variables: Of the function, which may tell it.
        account: Where it is deployed.
    """
    home = account.home.region
    if not region.startswith(OF_VARIABLE):
        return region == VALUE or bool(home and region != home)
    name = region.removeprefix(OF_VARIABLE)
    here, naming = account.naming.region, account.naming
    return name not in variables or any(each != here for each in naming.texts(variables[name]))
