"""Answers of Strings and Arithmetic against computations that share no code with them."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chisquare

from teachgym.domains import Arithmetic, Strings


def tasks(domain, seed):
    rng = np.random.default_rng(seed)
    return [
        (domain.topics[topic], level, domain.generate(topic, level, rng))
        for topic in range(len(domain.topics))
        for level in range(domain.levels)
    ]


def spell(topic, words):
    """The answer to the operands of a short prompt, letter by letter."""
    *operand, word = words
    match topic:
        case "copy":
            return word
        case "upper":
            return "".join(chr(ord(letter) - 32) for letter in word)
        case "reverse":
            return "".join(word[-1 - i] for i in range(len(word)))
        case "sort":
            alphabet = "abcdefghijklmnopqrstuvwxyz"
            return "".join(letter * word.count(letter) for letter in alphabet)
        case "shift":
            alphabet = "abcdefghijklmnopqrstuvwxyza"
            return "".join(alphabet[alphabet.index(letter) + 1] for letter in word)
        case "swap":
            return re.sub(r"(.)(.)", r"\2\1", word)
        case "dedupe":
            return "".join(c for i, c in enumerate(word) if c not in word[:i])
        case "count":
            return str(len(re.findall(operand[0], word)))
        case "nth":
            return re.match(rf".{{{int(operand[0]) - 1}}}(.)", word)[1]
    raise AssertionError(topic)


def compute(topic, text):
    """The answer to a short prompt without its equals sign."""
    if topic == "compare":
        left, right = map(int, text.split("?"))
        return {-1: "<", 0: "=", 1: ">"}[(left > right) - (left < right)]
    if topic == "chain":
        return str(sum(int(term) for term in re.findall(r"[+-]?\d+", text.removeprefix("chain "))))
    return str(eval(text))


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32))
def test_strings(seed):
    for topic, _, task in tasks(Strings(), seed):
        name, *words = task.prompt.removesuffix("=").split()
        assert name == topic
        assert task.answer == spell(topic, words), task


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32))
def test_arithmetic(seed):
    for topic, _, task in tasks(Arithmetic(), seed):
        assert task.answer == compute(topic, task.prompt.removesuffix("=")), task


@pytest.mark.parametrize("domain", [Strings, Arithmetic])
def test_listed_tasks_have_right_answers_too(domain):
    domain = domain()
    for index, topic in enumerate(domain.topics):
        for task in domain.enumerate(index, 0) or ():
            text = task.prompt.removesuffix("=")
            expected = (
                compute(topic, text)
                if isinstance(domain, Arithmetic)
                else spell(topic, text.split()[1:])
            )
            assert task.answer == expected, task


@pytest.mark.parametrize("domain", [Strings, Arithmetic])
def test_wordings_ask_for_the_same(domain):
    short, long = tasks(domain(levels=6), 1), tasks(domain(levels=6, wording="long"), 1)
    for (_, _, brief), (_, _, wordy) in zip(short, long, strict=True):
        assert brief.answer == wordy.answer
        assert wordy.prompt.endswith("\nAnswer:")
        for operand in re.findall(r"\d+", brief.prompt):
            assert operand in wordy.prompt


def test_words_and_alphabets_grow_with_the_level():
    domain = Strings(levels=40)
    for topic in range(len(domain.topics)):
        lengths = [domain.length(topic, level) for level in range(40)]
        assert lengths == list(range(lengths[0], lengths[0] + 40))
    sizes = [len(domain.alphabet(level)) for level in range(40)]
    assert sizes == sorted(sizes) and sizes[-1] == 26
    for _, level, task in tasks(domain, 0):
        word = task.prompt.removesuffix("=").split()[-1]
        assert set(word) <= set(domain.alphabet(level))


@pytest.mark.parametrize("domain", [Strings, Arithmetic])
@pytest.mark.parametrize(
    "options, message",
    [
        ({"levels": 1}, r"levels must be in 2\.\.\d+, not 1"),
        ({"levels": 41}, r"levels must be in 2\.\.\d+, not 41"),
        ({"wording": "medium"}, "wording must be 'short' or 'long', not 'medium'"),
        ({"exam_share": 0.0}, r"exam_share must be in \(0, 1\), not 0.0"),
        ({"exam_share": 1.0}, r"exam_share must be in \(0, 1\), not 1.0"),
    ],
)
def test_bad_arguments_are_named(domain, options, message):
    with pytest.raises(ValueError, match=message):
        domain(**options)


def test_every_count_is_as_likely():
    domain, rng = Strings(), np.random.default_rng(0)
    topic = domain.topics.index("count")
    counts = np.bincount([int(domain.generate(topic, 4, rng).answer) for _ in range(1400)])
    assert len(counts) == domain.length(topic, 4) + 1
    assert chisquare(counts).pvalue > 0.01
