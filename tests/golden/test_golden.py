"""Today's behaviour, bit for bit, against what `record.py` has recorded of it."""

import functools

import pytest
from golden import record
from golden.canonical import canonical

RECORDED = record.stored()
ADVICE = "look at one with: python tests/golden/record.py --show NAME; take them as right: --write"
foreign_machine = functools.cache(record.foreign_machine)


def group_of(name):
    """The part and what comes next: what is compared in one test."""
    return "/".join(name.split("/")[:2])


def groups(parts):
    """The groups that were recorded."""
    return sorted({group_of(name) for name in RECORDED if name.partition("/")[0] in parts})


@pytest.fixture(scope="module", autouse=True)
def steady():
    with record.steady():
        yield


def check(group):
    """Compare all traces of a group; the names of those that differ are in the message."""
    part = group.partition("/")[0]
    recorded = {name: value for name, value in RECORDED.items() if group_of(name) == group}
    found = {
        name: record.kept(part, canonical(make()))
        for name, make in record.traces(part).items()
        if group_of(name) == group
    }
    assert found == recorded, ADVICE


@pytest.mark.parametrize("group", groups(record.FAST))
def test_what_happens_is_what_happened(group):
    part = group.partition("/")[0]
    if part not in record.PLAIN and (reason := foreign_machine(part)):
        pytest.skip(reason)
    check(group)


@pytest.mark.slow
@pytest.mark.parametrize("group", groups(record.SLOW))
def test_what_happens_in_runs_is_what_happened(group):
    if reason := foreign_machine(group.partition("/")[0]):
        pytest.skip(reason)
    check(group)


@pytest.mark.parametrize("part", [*record.FAST, *record.SLOW])
def test_nothing_is_new_or_gone(part):
    recorded = {name for name in RECORDED if name.partition("/")[0] == part}
    assert set(record.traces(part)) == recorded
