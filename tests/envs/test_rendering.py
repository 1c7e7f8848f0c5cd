import numpy as np
import pytest

from teachgym.domains import Strings
from teachgym.envs.observation import LessonRecord
from teachgym.envs.rendering import MISSING, classroom, heat_map


def exam(value):
    return {"mean": 0.25, "cells": [[value, None] for _ in range(9)]}


def test_the_classroom_shows_mastery_lessons_and_the_last_task():
    record = LessonRecord(9, 2)
    record.add(0, 1, 0.5)
    last = {"topic": 0, "level": 1, "prompt": "copy ab=", "answer": "ab", "completion": "b"}
    text = classroom(Strings(2), record, 8, exam(0.5), {**last, "score": 0.5})
    lines = text.splitlines()
    assert lines[0] == "lesson 1 of 8    exam 0.250"
    assert next(line for line in lines if line.startswith("copy")).split() == [
        *["copy", "50", "·"],
        *["·", "1"],
    ]
    assert "last lesson: copy, level 2, score 0.50" in text
    assert "'copy ab='" in text and "'b' (right: 'ab')" in text


def test_text_of_a_model_cannot_break_the_layout():
    last = {"topic": 0, "level": 1, "prompt": "p", "answer": "a", "score": 0.0}
    text = classroom(
        Strings(2), LessonRecord(9, 2), 8, exam(0.5), {**last, "completion": "\x1b[2J\n" * 200}
    )
    assert "\x1b" not in text and max(map(len, text.splitlines())) < 600


def test_the_heat_map_marks_mastery_practice_and_budget():
    record = LessonRecord(9, 2)
    dark = heat_map(record, exam(0.0), 4)
    record.add(0, 0, 1.0)
    bright = heat_map(record, exam(1.0), 4)
    middle = dark.shape[1] // 2
    left, right = bright[20, 20], bright[20, middle + 20]
    assert bright[20, 20].sum() > dark[20, 20].sum() + 200  # mastered: brighter
    assert left.tolist() != right.tolist()
    assert dark[20, middle - 20].tolist() == list(MISSING)  # level 2 has no exam task
    assert bright[20, middle + 20].sum() < dark[20, middle + 20].sum()  # practised: darker
    changed = (bright[-8] != dark[-8]).any(axis=1).mean()
    assert 0.2 < changed < 0.26  # a quarter of the bar
    assert np.array_equal(heat_map(record, exam(1.0), 4), bright)


def test_rendering_without_a_mode_says_what_to_do(strings):
    env = strings()
    env.reset(seed=0)
    with pytest.warns(UserWarning, match="render needs a render_mode"):
        assert env.render() is None
