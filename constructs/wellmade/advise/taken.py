"""What an option takes: units of meters, and what has no price, in words."""

from collections.abc import Iterable

from wellmade.cost.meter import Meter

Taken = Iterable[tuple[Meter, float] | str]
"""Nothing at all costs nothing, which only what AWS says is free may do."""
