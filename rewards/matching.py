"""Scores by comparing texts: exact match and token F1, as SQuAD defines them.

Rajpurkar et al. (2016, 2018), https://arxiv.org/abs/1806.03822 and its ``evaluate-v2.0.py``.
"""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Sequence
from typing import Any

from .base import references, text

ARTICLES = re.compile(r"\b(a|an|the)\b")
PUNCTUATION = str.maketrans("", "", string.punctuation)


def normalized(answer: str) -> str:
    """A text in SQuAD's normal form: lower case, no punctuation, no articles, single spaces.

    One thing differs from the official script: a text of nothing but articles or punctuation keeps
    them, since otherwise an empty completion would match the answers ``a`` and ``<``.
    """
    lower = " ".join(answer.lower().split())
    bare = " ".join(lower.translate(PUNCTUATION).split()) or lower
    return " ".join(ARTICLES.sub(" ", bare).split()) or bare


class ExactMatch:
    """1 if a completion equals an accepted answer, else 0; white space around either is ignored.

    Args:
        normalize: Compare the texts in SQuAD's normal form (see `normalized`).
    """

    def __init__(self, *, normalize: bool = False) -> None:
        self.normalize = normalize
        self.__name__ = "exact_match_squad" if normalize else "exact_match"
        if normalize:
            self.__doc__ = "1 if a completion equals an accepted answer in SQuAD's normal form."

    def __call__(
        self,
        *,
        prompts: Sequence[Any],
        completions: Sequence[Any],
        answer: Sequence[str],
        metadata: Sequence[str] | None = None,
        **columns: Any,
    ) -> list[float | None]:
        """Score each completion."""
        form = normalized if self.normalize else str.strip
        return [
            float(form(text(completion)) in map(form, accepted))
            for completion, accepted in zip(completions, references(answer, metadata), strict=True)
        ]


exact_match = ExactMatch()
exact_match_squad = ExactMatch(normalize=True)


def token_f1(prediction: str, reference: str) -> float:
    """Harmonic mean of the precision and recall of words, in SQuAD's normal form.

    1 if neither text has a word, 0 if one has none.
    """
    predicted, expected = normalized(prediction).split(), normalized(reference).split()
    if not predicted or not expected:
        return float(predicted == expected)
    common = (Counter(predicted) & Counter(expected)).total()
    # 2PR / (P + R) with P = common / predicted and R = common / expected.
    return 2 * common / (len(predicted) + len(expected))


def f1(
    *,
    prompts: Sequence[Any],
    completions: Sequence[Any],
    answer: Sequence[str],
    metadata: Sequence[str] | None = None,
    **columns: Any,
) -> list[float | None]:
    """Overlap of words with the nearest accepted answer (SQuAD's F1)."""
    return [
        max(token_f1(text(completion), reference) for reference in accepted)
        for completion, accepted in zip(completions, references(answer, metadata), strict=True)
    ]
