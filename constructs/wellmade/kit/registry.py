"""What is remembered about constructs while an app is defined.

By path, since the CDK hands out a new Python object for each construct that was made on its side of jsii.
"""

from collections.abc import Callable
from typing import Generic, TypeVar
from weakref import WeakKeyDictionary

from constructs import IConstruct

from wellmade.kit.lookups import path_of, root_of

_Value = TypeVar("_Value")


class Registry(Generic[_Value]):
    """A value for each construct of each app.

    Args:
        default: Makes the value of a construct that is asked for first.
    """

    def __init__(self, default: Callable[[], _Value]) -> None:
        self._default = default
        self._values: WeakKeyDictionary[IConstruct, dict[str, _Value]] = WeakKeyDictionary()

    def of(self, construct: IConstruct) -> _Value:
        """Return the value of a construct, made when it is asked for first."""
        values = self._values.setdefault(root_of(construct), {})
        path = path_of(construct)
        if path not in values:
            values[path] = self._default()
        return values[path]

    def has(self, construct: IConstruct) -> bool:
        """Tell whether a construct has a value."""
        return path_of(construct) in self._values.get(root_of(construct), {})
