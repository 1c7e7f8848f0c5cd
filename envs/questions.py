"""Teach questions with short answers."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import Any

from ..domains import Questions
from .curriculum import CurriculumEnv
from .factories import StudentSource


class QuestionsEnv(CurriculumEnv):
    """Teach questions with short answers: a bundled set, or a table of one's own.

    ## Description
    The bundled set has 240 questions in six topics. Any JSONL, CSV or Parquet file, or
    `datasets.Dataset`, with columns for topic, prompt and answer takes its place. Within a topic,
    questions are ranked by difficulty and cut into levels of equal size. Answers are scored by
    exact match after SQuAD's normalisation. The default student is simulated: it answers right
    with a probability that grows with practice.

    ## Arguments
    | argument | default | meaning |
    |---|---|---|
    | `source` | `None` | path of a file, a data set or rows; `None` for the bundled set |
    | `topic` | `"topic"` | column with the topic |
    | `prompt` | `"prompt"` | column with the question |
    | `answer` | `"answer"` | column with the answer, or a list of accepted ones |
    | `difficulty` | `None` | column with the difficulty; else statistics of the answers rank |
    | `levels` | `4` | number of difficulty levels |
    | `exam_share` | `0.2` | share of the questions that is held out for the exam |
    | `student` | `"simulated"` | who learns |

    All further arguments are those of `CurriculumEnv`.

    ## References
    Rajpurkar et al., "SQuAD: 100,000+ questions for machine comprehension of text", 2016 (arXiv
    1606.05250), for the normalisation of answers.

    ## Version History
    v0: initial version.
    """

    def __init__(
        self,
        source: str | os.PathLike[str] | Iterable[Mapping[str, Any]] | None = None,
        *,
        topic: str = "topic",
        prompt: str = "prompt",
        answer: str = "answer",
        difficulty: str | None = None,
        levels: int = 4,
        exam_share: float = 0.2,
        student: StudentSource = "simulated",
        **options: Any,
    ) -> None:
        domain = Questions(
            source,
            topic=topic,
            prompt=prompt,
            answer=answer,
            difficulty=difficulty,
            levels=levels,
            exam_share=exam_share,
        )
        super().__init__(domain, student, **options)
