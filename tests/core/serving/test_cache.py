"""Results cached with their owners."""

import gc
import threading
import time
import weakref

import pytest

from core.serving.cache import CacheOwner, cached


class Counter(CacheOwner):
    def __init__(self):
        super().__init__()
        self.calls = []

    @cached(limit=3)
    def square(self, x):
        self.calls.append(x)
        if x < 0:
            raise ValueError("negative")
        time.sleep(0.01)
        return [x * x]

    @property
    @cached()
    def itself(self):
        return [self]


def test_a_result_is_computed_once_for_each_owner_and_argument():
    one, other = Counter(), Counter()
    assert one.square(2) is one.square(2)
    assert one.square(2) is not other.square(2)
    assert one.square(3) == [9]
    assert (one.calls, other.calls) == ([2, 3], [2])


def test_threads_that_ask_at_once_wait_for_one_computation():
    counter = Counter()
    threads = [threading.Thread(target=counter.square, args=(7,)) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counter.calls == [7]


def test_an_error_is_not_cached():
    counter = Counter()
    for _ in range(2):
        with pytest.raises(ValueError, match="negative"):
            counter.square(-1)
    assert counter.calls == [-1, -1]


def test_the_result_asked_for_longest_ago_goes():
    counter = Counter()
    for x in (1, 2, 3, 1, 4, 1, 2):
        counter.square(x)
    assert counter.calls == [1, 2, 3, 4, 2]


def test_results_go_with_their_owner_and_on_demand():
    counter = Counter()
    counter.square(2)
    assert counter.itself[0] is counter
    counter.evict()
    counter.square(2)
    assert counter.calls == [2, 2]
    assert counter.itself[0] is counter  # a circle
    owner = weakref.ref(counter)
    del counter
    gc.collect()
    assert owner() is None
