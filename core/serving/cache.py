"""Results that live as long as what they were computed from."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

Args = ParamSpec("Args")
Result = TypeVar("Result")
OwnerType = TypeVar("OwnerType", bound="CacheOwner")


class CacheOwner:
    """Something that results are cached with; they go when it goes, or with evict()."""

    def __init__(self) -> None:
        self._results: dict[Callable, OrderedDict[Hashable, _Entry]] = {}  # by function, then by arguments
        self._lock = threading.Lock()

    def evict(self) -> None:
        """Forget every result."""
        with self._lock:
            self._results.clear()

    def _entry(self, function: Callable, args: Hashable, limit: int) -> "_Entry":
        with self._lock:
            entries = self._results.setdefault(function, OrderedDict())
            entry = entries.setdefault(args, _Entry())
            entries.move_to_end(args)
            while len(entries) > limit:
                entries.popitem(last=False)
            return entry


class _Entry:
    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.value: Any = None
        self.done = False


def cached(
    limit: int = 64,
) -> Callable[[Callable[Concatenate[OwnerType, Args], Result]], Callable[Concatenate[OwnerType, Args], Result]]:
    """functools.lru_cache for a function or method whose first argument is a CacheOwner, which holds the results.

    Threads that ask for the same result wait for one computation of it. An error is not cached.

    Args:
        limit: Results of one owner; the one asked for longest ago goes for a new one.

    >>> class Number(CacheOwner):
    ...     @cached()
    ...     def times(self, x: int) -> list[int]:
    ...         return [3 * x]
    >>> three = Number()
    >>> three.times(2) is three.times(2)
    True
    """

    def decorate(function: Callable[Concatenate[OwnerType, Args], Result]) -> Callable:
        @wraps(function)
        def lookup(owner: OwnerType, *args: Hashable) -> Result:
            entry = owner._entry(function, args, limit)
            if not entry.done:
                with entry.lock:
                    if not entry.done:
                        entry.value, entry.done = function(owner, *args), True
            return entry.value

        return lookup

    return decorate
