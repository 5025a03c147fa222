"""A bound for every search: so many steps, and then the answer is that it was not found out."""


class OutOfBudgetError(Exception):
    """A search was given up."""


class Budget:
    """Steps that one comparison may take.

    Args:
        steps: How many; one is some microseconds. Default: about half a second.
    """

    def __init__(self, steps: int = 60_000) -> None:
        self.left: int = steps

    def spend(self, steps: int = 1) -> None:
        """Note steps.

        Raises:
            OutOfBudgetError: If none are left.
        """
        self.left -= steps
        if self.left < 0:
            self.exhaust("the search was given up after its bound of steps")

    def exhaust(self, reason: str) -> None:
        """Give up.

        Raises:
            OutOfBudgetError: Always.
        """
        raise OutOfBudgetError(reason)
