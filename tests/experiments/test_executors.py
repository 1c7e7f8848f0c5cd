"""Work in this process and in several."""

import os
from time import sleep

import pytest
from chores import doubled, talk

from teachgym.experiments.executors import in_processes, in_this_process


@pytest.mark.parametrize("jobs", [1, 2])
def test_each_item_comes_back_with_its_outcome(jobs):
    told = []
    found = dict(
        in_processes(jobs)(doubled, range(7), lambda item, text: told.append((item, text)))
    )
    assert {item: outcome for item, (outcome, _) in found.items()} == {n: 2 * n for n in range(7)}
    assert sorted(told) == [(n, f"working on {n}") for n in range(7)]
    here = {process == os.getpid() for _, process in found.values()}
    assert here == {jobs == 1}


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_error_ends_the_work_and_is_raised_as_it_is(jobs):
    with pytest.raises(ValueError, match="unlucky"):
        list(in_processes(jobs)(doubled, [1, 13, 2]))


def test_one_job_takes_what_can_not_be_sent():
    assert in_processes(1) is in_this_process
    assert list(in_this_process(lambda item, tell: item + 1, [1, 2])) == [(1, 2), (2, 3)]
    with pytest.raises(TypeError, match="top of a module"):
        list(in_processes(2)(lambda item, tell: item, [1]))
    with pytest.raises(ValueError, match="at least one job"):
        in_processes(0)


def test_items_are_not_begun_before_they_are_asked_for():
    done = []
    work = in_this_process(lambda item, tell: done.append(item), range(5))
    next(work), next(work)
    assert done == [0, 1]


def test_long_messages_to_a_slow_listener_hold_nobody_up():
    heard = []

    def told(item, message):
        heard.append(item)

    done = []
    for item, _ in in_processes(2)(talk, [0, 1], told):
        sleep(0.3)  # the pipe is full by now
        done.append(item)
    assert sorted(done) == [0, 1] and len(heard) == 6000
