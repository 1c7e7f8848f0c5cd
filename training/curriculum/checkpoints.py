"""Which checkpoint a run can go on from."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path


def last_checkpoint(folder: str | os.PathLike[str]) -> str | None:
    """The newest whole checkpoint of a run, for ``trainer.train(resume_from_checkpoint=...)``.

    With True transformers takes the newest folder, and fails at one that a crash while saving has
    left unfinished. Whole is one with a readable ``trainer_state.json``, which is written last.

    Args:
        folder: The trainer's ``output_dir``.

    Returns:
        Its path, or None if there is none, with which training begins anew.
    """
    found = [
        (int(name[1]), path)
        for path in (Path(folder).iterdir() if Path(folder).is_dir() else ())
        if (name := re.fullmatch(r"checkpoint-(\d+)", path.name)) and _is_whole(path)
    ]
    return str(max(found)[1]) if found else None


def _is_whole(checkpoint: Path) -> bool:
    try:
        json.loads((checkpoint / "trainer_state.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return True
