import json
import re
import string
from collections import Counter

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from teachgym.rewards import exact_match, exact_match_squad, f1
from teachgym.rewards.matching import normalized, token_f1


def score(reward, completion, answer, **metadata):
    columns = {"metadata": [json.dumps(metadata)]} if metadata else {}
    return reward(prompts=["p"], completions=[completion], answer=[answer], **columns)[0]


# What follows is SQuAD's evaluate-v2.0.py, to compare with.
def official_normalize(s):
    s = "".join(ch for ch in s.lower() if ch not in set(string.punctuation))
    return " ".join(re.sub(re.compile(r"\b(a|an|the)\b", re.UNICODE), " ", s).split())


def official_f1(gold, predicted):
    gold_tokens = official_normalize(gold).split()
    predicted_tokens = official_normalize(predicted).split()
    common = sum((Counter(gold_tokens) & Counter(predicted_tokens)).values())
    if not gold_tokens or not predicted_tokens:
        return int(gold_tokens == predicted_tokens)
    if common == 0:
        return 0
    precision, recall = common / len(predicted_tokens), common / len(gold_tokens)
    return 2 * precision * recall / (precision + recall)


words = st.lists(
    st.sampled_from(["the", "A", "an", "cat", "Cat!", "cats", "don't", "U.S.", "été", "\t", "4"])
).map(" ".join)


@given(words, words)
@settings(max_examples=50, deadline=None)
def test_f1_is_that_of_squad(prediction, reference):
    assume(official_normalize(prediction) and official_normalize(reference))
    assert normalized(prediction) == official_normalize(prediction)
    assert token_f1(prediction, reference) == pytest.approx(official_f1(reference, prediction))


@given(st.text(max_size=20), st.text(max_size=20))
@settings(max_examples=50, deadline=None)
def test_f1_is_symmetric_and_in_range(first, second):
    assert 0 <= token_f1(first, second) <= 1
    assert token_f1(first, second) == token_f1(second, first)
    assert token_f1(first, first) == 1


@pytest.mark.parametrize(
    ("completion", "answer", "expected"),
    [
        ("the cat sat", "a cat sat down", 0.8),  # 2 common, 2 predicted, 3 expected
        ("cat cat cat", "cat", 0.5),  # a word counts as often as both have it
        ("The Beatles!", "beatles", 1.0),
        ("dog", "cat", 0.0),
        ("", "cat", 0.0),
        ("", "", 1.0),
        ("cat", "", 0.0),
        ("", "a", 0.0),
        ("A", "a", 1.0),
        ("<", ">", 0.0),
    ],
)
def test_f1_by_hand(completion, answer, expected):
    assert score(f1, completion, answer) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("completion", "answer", "plain", "squad"),
    [
        (" Paris\n", "Paris", 1, 1),
        ("paris.", "Paris", 0, 1),
        ("The  United   States", "united states", 0, 1),
        ("Paris, France", "Paris", 0, 0),
        ("theatre", "atre", 0, 0),  # articles are whole words
        ("", "Paris", 0, 0),
        ("", "a", 0, 0),  # an article that is the whole answer stays
        ("the", "a", 0, 0),
        ("<", ">", 0, 0),
        (">", ">", 1, 1),
        ("", "", 1, 1),
    ],
)
def test_exact_match_with_and_without_normalisation(completion, answer, plain, squad):
    assert score(exact_match, completion, answer) == plain
    assert score(exact_match_squad, completion, answer) == squad


def test_any_accepted_answer_counts():
    assert score(exact_match, "NYC", "New York", answers=["NYC", "Big Apple"]) == 1
    assert score(exact_match, "New York", "New York", answers=["NYC"]) == 1
    assert score(exact_match, "N", "New York", answers="NYC") == 0
    assert score(f1, "big apple city", "New York", answers=["NYC", "Big Apple"]) == pytest.approx(
        0.8
    )
    assert score(exact_match, "x", "x", other=1) == 1


def test_metadata_may_be_a_mapping_or_missing():
    arguments = {"prompts": ["p"] * 3, "completions": ["b"] * 3, "answer": ["a"] * 3}
    metadata = [{"answers": ["b"]}, None, "{}"]
    assert exact_match(**arguments, metadata=metadata) == [1, 0, 0]


@pytest.mark.parametrize("broken", ["{", "[1]", '{"answers": 3}'])
def test_broken_metadata_is_named_by_row(broken):
    with pytest.raises(ValueError, match="metadata of row 1 must be a JSON object"):
        exact_match(
            prompts=["p"] * 2, completions=["a"] * 2, answer=["a"] * 2, metadata=["{}", broken]
        )
