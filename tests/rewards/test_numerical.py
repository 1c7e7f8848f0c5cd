import logging
import sys
import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from teachgym.rewards import numeric
from teachgym.rewards.numerical import EXPLOSIVE, same_number


@pytest.fixture(autouse=True)
def fresh():
    same_number.cache_clear()


def score(completion, answer):
    return numeric(prompts=["p"], completions=[completion], answer=[answer])[0]


@pytest.mark.parametrize(
    ("completion", "answer", "expected"),
    [
        ("12", "12", 1),
        (" 012\n", "12", 1),
        ("12", "-12", 0),
        ("-0", "0", 1),
        ("12.0", "12", 1),
        ("1,000", "1000", 1),
        ("0.5", "1/2", 1),
        (r"\boxed{\frac{1}{2}}", "0.5", 1),
        ("0.5", r"\frac{1}{2}", 1),
        ("I add 3 and 4, so the answer is 7.", "7", 1),
        ("I add 3 and 4, so the answer is 7.", "3", 0),
        ("The answer is 2024!!", "2024", 1),
        ("1 + x", "x+1", 1),
        ("1", "x+1", 0),
        ("x = 5", "5", 1),
        ("0.333", "1/3", 0),
        ("<", "<", 1),
        ("<", ">", 0),
        ("no idea", "12", 0),
        ("", "12", 0),
        ("", "", 0),
        ("(" * 400, "12", 0),
        ("1" * 5000, "12", 0),
        ("thoughts 5 " * 2000 + "12", "12", 1),
    ],
)
def test_numeric(completion, answer, expected):
    assert score(completion, answer) == expected


@given(st.integers(), st.integers())
@settings(max_examples=50, deadline=None)
def test_integers_are_compared_exactly(first, second):
    if abs(first) < 10**18 and abs(second) < 10**18:
        assert score(str(first), str(second)) == (first == second)
    assert score(str(first), str(first)) == 1


def test_plain_integers_do_not_need_math_verify(monkeypatch):
    monkeypatch.setattr("teachgym.rewards.numerical._math_verify", pytest.fail)
    assert score("07", "7") == 1 and score("8", "7") == 0


def test_a_missing_extra_is_named(monkeypatch):
    from teachgym.rewards import numerical

    monkeypatch.setitem(sys.modules, "math_verify", None)
    numerical._math_verify.cache_clear()
    with pytest.raises(ImportError, match=r"pip install 'teachgym\[content\]'"):
        score("0.5", "1/2")
    numerical._math_verify.cache_clear()


@pytest.mark.parametrize("tower", ["9^9^9^9", "$9^{9^{9}}$", "$(10^6)!$", "2**99999999"])
def test_what_cannot_be_evaluated_is_wrong(tower):
    assert score(tower, "12") == 0


def test_no_warning_and_the_same_scores_in_another_thread(caplog):
    caplog.set_level(logging.WARNING)
    found = []

    def work():
        found.extend([score("0.5", "1/2"), score("0.25", "1/2"), score("9^9^9^9", "1/2")])

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert found == [1, 0, 0]
    assert not caplog.records


def test_only_what_may_explode_is_refused_unread():
    assert all(map(EXPLOSIVE.search, ["9^9^9", "9**(9**9)", "2^{99999}", "$(9!)!$", "$99999!$"]))
    assert not any(map(EXPLOSIVE.search, ["2^{2023}", "x^2+y^2", "It is 2024!", "5!!", "10^{-3}"]))


def test_the_callers_alarm_is_left_alone():
    import signal

    before = signal.getsignal(signal.SIGALRM), signal.getsignal(signal.SIGVTALRM)
    score("0.5", "1/2")
    assert (signal.getsignal(signal.SIGALRM), signal.getsignal(signal.SIGVTALRM)) == before
    assert signal.getitimer(signal.ITIMER_VIRTUAL) == (0, 0)
