"""When a preference is not worth its price: from a factor and a sum on, the cheaper way is taken.

Hard limits refuse, and what has to be built or run otherwise is avoided; both stand at any price. Comfort
does not: rules that prefer it say so by `outweighed_by`. A burst is comfort where it can be held otherwise:
by the queue, where nobody waits, or by capacity that is kept for the peak all month, where somebody does.
"""

from wellmade.advise.costs import Cost

FACTOR = 2.0
"""Below twice the cost the estimate is not sure: how busy a task is kept decides as much."""
SUM = 1000.0
"""US dollars a month, about two days of an engineer, which is what a service of one's own takes to run.

Not of AWS: a judgement, told with each choice that it makes.
"""
WAYS = ("cost", "cost_at_peak")
"""By what a preference may be outweighed: by cost on average, or with capacity that is kept for the peak."""


def outweighs(dear: Cost, cheap: Cost, held: Cost) -> bool:
    """Tell whether a way costs so much less than another that comfort does not pay for the difference.

    Args:
        dear: What the preferred way costs.
        cheap: What the other costs on average.
        held: What it costs when it does all that the preferred one does: the sum must be saved even so.
    """
    priced = not cheap.not_priced and not held.not_priced
    return priced and dear.usd >= FACTOR * cheap.usd and dear.usd - held.usd >= SUM
