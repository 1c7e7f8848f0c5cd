import copy
import inspect
import subprocess
import sys

import pytest

from teachgym.domains import DOMAINS
from teachgym.rewards import REWARDS, make_reward, text

LOCAL = [name for name in REWARDS if name != "reasoning_gym"]


@pytest.mark.parametrize("name", LOCAL)
def test_rewards_are_called_as_trl_calls_them(name):
    """Keywords only, conversational or not, with the columns and callbacks that TRL adds."""
    completions = ["Paris", "4", "", "no idea at all"]
    extra = {
        "completion_ids": [[1]] * 4,
        "topic": [0] * 4,
        "metadata": ["{}"] * 4,
        "trainer_state": None,
        "log_extra": None,
        "log_metric": None,
    }
    answer = ["Paris", "4", "Rome", "12"]
    reward = make_reward(name)
    plain = reward(prompts=["p"] * 4, completions=completions, answer=answer, **extra)
    chat = reward(
        prompts=[[{"role": "user", "content": "p"}]] * 4,
        completions=[[{"role": "assistant", "content": content}] for content in completions],
        answer=answer,
        **extra,
    )
    assert plain == chat and isinstance(plain, list)
    assert plain[:2] == pytest.approx([1, 1], abs=1e-6)
    assert plain[2] == 0 and plain[3] < 0.5
    assert copy.deepcopy(reward)(prompts=["p"] * 4, completions=completions, answer=answer) == plain
    assert reward(prompts=[], completions=[], answer=[]) == []


@pytest.mark.parametrize("name", LOCAL)
def test_what_is_no_completion_is_refused(name):
    with pytest.raises(TypeError, match="a string or a list of messages, not int"):
        make_reward(name)(prompts=["p"], completions=[3], answer=["3"])


@pytest.mark.parametrize("name", REWARDS)
def test_every_reward_has_a_line_of_description(name):
    assert len(inspect.getdoc(REWARDS[name]).splitlines()[0]) > 20


def test_every_domain_names_a_reward():
    assert {domain.reward for domain in DOMAINS.values()} <= set(REWARDS)


def test_unknown_names_are_answered_with_near_ones():
    with pytest.raises(ValueError, match=r"unknown reward 'semantics'; did you mean 'semantic'"):
        make_reward("semantics")


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("x", "x"),
        ([], ""),
        ([{"role": "assistant", "content": None}], ""),
        ([{"content": "thinks"}, {"content": "says"}], "says"),
        ([{"content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]}], "ab"),
    ],
)
def test_text_of_a_message(message, expected):
    assert text(message) == expected


def test_importing_rewards_is_light():
    heavy = "torch transformers sentence_transformers math_verify sympy reasoning_gym".split()
    code = f"import sys, teachgym.rewards; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
