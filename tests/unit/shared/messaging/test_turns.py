"""Work done once for all who had asked for it when it began."""

import threading

import pytest

from shared.messaging.turns import Turns
from tests.support.threads import together


def test_who_asks_alone_does_the_work_each_time() -> None:
    turns, done = Turns(), []
    for number in range(3):
        turns.run(lambda number=number: done.append(number))
    assert done == [0, 1, 2]


def test_of_those_who_ask_while_it_is_done_one_does_it_once_more_and_the_others_go_on() -> None:
    turns, done, begun, go_on = Turns(), [], threading.Event(), threading.Event()

    def first() -> None:
        begun.set()
        assert go_on.wait(10)
        done.append("first")

    def others() -> None:
        assert begun.wait(10)
        waiting = [threading.Thread(target=turns.run, args=(lambda: done.append("other"),)) for _ in range(5)]
        for thread in waiting:
            thread.start()
        while sum(thread.is_alive() for thread in waiting) > 1:
            threading.Event().wait(0.01)
        assert done == []
        go_on.set()
        for thread in waiting:
            thread.join(10)

    assert together(lambda: turns.run(first), others) == [None, None]
    assert done == ["first", "other"]


def test_who_waited_does_it_where_the_other_failed() -> None:
    turns, done = Turns(), []
    with pytest.raises(ZeroDivisionError):
        turns.run(lambda: 1 / 0)
    turns.run(lambda: done.append("again"))
    assert done == ["again"]
