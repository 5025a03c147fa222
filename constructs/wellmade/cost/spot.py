"""What Spot saves, which has no list price: by its discount of the hour, and its share of the hours."""


def saved(discount: float, share: float) -> float:
    """Return which part of the bill for hours on demand is saved.

    Args:
        discount: Of Spot against on demand, from 0 to 1.
        share: Of the hours that run on Spot, from 0 to 1.

    Example:
        >>> saved(0.7, 0.5)
        0.35
    """
    return discount * share


def most_repeated(discount: float) -> float:
    """Return how much work may be done again, for one of it, until Spot costs as much as on demand.

    An interruption throws away what a run has done, and that is paid again.

    Args:
        discount: Of Spot against on demand, from 0 to below 1.

    Example:
        >>> most_repeated(0.5)
        1.0
    """
    return discount / (1 - discount)
