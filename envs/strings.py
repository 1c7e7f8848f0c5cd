"""Teach string manipulation."""

from __future__ import annotations

from typing import Any

from ..domains import Strings
from .curriculum import CurriculumEnv
from .factories import StudentSource


class StringsEnv(CurriculumEnv):
    """Teach copying, reversing, sorting, shifting and other work on strings.

    ## Description
    Nine topics; difficulty is the length of the word and the size of its alphabet. Answers are
    scored by exact match. The default student is the bundled character-level language model,
    taught by GRPO.

    ## Arguments
    | argument | default | meaning |
    |---|---|---|
    | `levels` | `12` | number of difficulty levels |
    | `wording` | `"short"` | `"short"` for character-level models, `"long"` for others |
    | `exam_share` | `0.2` | share of the prompts that is held out for the exam |
    | `student` | `"tiny"` | who learns |

    All further arguments are those of `CurriculumEnv`.

    ## References
    Shao et al., "DeepSeekMath", 2024 (arXiv 2402.03300), for GRPO.

    ## Version History
    v0: initial version.
    """

    def __init__(
        self,
        levels: int = 12,
        *,
        wording: str = "short",
        exam_share: float = 0.2,
        student: StudentSource = "tiny",
        **options: Any,
    ) -> None:
        domain = Strings(levels, wording=wording, exam_share=exam_share)
        super().__init__(domain, student, **options)
