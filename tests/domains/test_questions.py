"""Questions: the bundled set, tables of all kinds, grading, and what is wrong with a table."""

import csv
import json
import re
from collections import Counter

import numpy as np
import pytest

from teachgym.domains import Questions
from teachgym.rewards import make_reward

ROWS = [
    {"topic": topic, "prompt": f"{topic} {i}?", "answer": f"word{i}", "hardness": 10.0 * (i % 8)}
    for topic in ("red", "blue")
    for i in range(8)
]


def write(path, rows):
    """A table in the format of the path's extension."""
    if path.suffix == ".jsonl":
        path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    elif path.suffix == ".csv":
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, rows[0])
            writer.writeheader()
            writer.writerows(rows)
    else:
        pyarrow = pytest.importorskip("pyarrow")
        pytest.importorskip("pyarrow.parquet").write_table(pyarrow.Table.from_pylist(rows), path)
    return path


def listed(domain):
    return [
        [[task.prompt for task in domain.enumerate(topic, level)] for level in range(domain.levels)]
        for topic in range(len(domain.topics))
    ]


def question(prompt, answer, topic="red"):
    return {"topic": topic, "prompt": prompt, "answer": answer}


class TestBundled:
    def test_it_has_forty_questions_in_each_of_six_topics(self):
        domain = Questions()
        assert len(domain.topics) == 6
        assert [[len(cell) for cell in topic] for topic in listed(domain)] == [[10] * 4] * 6

    def test_prompts_are_distinct_and_answers_short(self):
        domain = Questions(levels=1)
        tasks = [task for topic in range(6) for task in domain.enumerate(topic, 0)]
        assert len({task.prompt for task in tasks}) == 240
        assert all(1 <= len(task.answer.split()) <= 3 for task in tasks)

    def test_no_prompt_gives_its_answer_away(self):
        domain = Questions(levels=1)
        for task in (task for topic in range(6) for task in domain.enumerate(topic, 0)):
            words = re.findall(r"\w+", task.prompt.lower())
            assert task.answer.lower() not in words or "or" in words, task

    def test_its_column_grades_it(self):
        hard = {task.prompt for task in Questions().enumerate(0, 3)}
        assert "What is the capital of Bhutan?" in hard
        assert "What is the capital of France?" not in hard

    def test_its_reward_takes_case_and_articles_for_granted(self):
        domain = Questions()
        reward = make_reward(domain.reward)
        task = next(t for t in domain.enumerate(2, 0) if t.answer == "Sun")
        answers = ["the sun", "The Moon"]
        assert reward(prompts=[""] * 2, completions=answers, answer=[task.answer] * 2) == [1, 0]


@pytest.mark.parametrize("suffix", [".jsonl", ".csv", ".parquet"])
def test_all_formats_read_alike(tmp_path, suffix):
    path = write(tmp_path / f"table{suffix}", ROWS)
    for source in (path, str(path)):
        domain = Questions(source, difficulty="hardness")
        assert domain.topics == ("red", "blue")
        assert listed(domain) == listed(Questions(ROWS, difficulty="hardness"))


def test_a_dataset_is_read_as_a_table():
    datasets = pytest.importorskip("datasets")
    table = datasets.Dataset.from_list(ROWS)
    assert listed(Questions(table)) == listed(Questions(ROWS))
    with pytest.raises(TypeError, match=r"mapping of train; .* source\['train'\]"):
        Questions(datasets.DatasetDict({"train": table}))


def test_columns_are_named_by_the_user():
    rows = [
        {"subject": 7, "text": f" {i}? ", "solution": 2.0 * i, "level": str(-i)} for i in range(4)
    ]
    domain = Questions(
        rows, topic="subject", prompt="text", answer="solution", difficulty="level", levels=2
    )
    assert domain.topics == ("7",)
    assert listed(domain) == [[["3?", "2?"], ["1?", "0?"]]]
    assert domain.enumerate(0, 0)[0].answer == "6"


def test_difficulty_is_the_rank_in_the_column():
    domain = Questions(ROWS, difficulty="hardness", levels=4)
    tasks = [task for level in range(4) for task in domain.enumerate(1, level)]
    assert [task.difficulty for task in tasks] == [(i + 0.5) / 8 for i in range(8)]
    assert [task.prompt for task in tasks] == [f"blue {i}?" for i in range(8)]
    assert [domain.level(task.difficulty) for task in tasks] == [0, 0, 1, 1, 2, 2, 3, 3]


def test_any_monotone_scale_grades_alike():
    squeezed = [{**row, "hardness": np.exp(row["hardness"] / 10) - 5} for row in ROWS]
    assert listed(Questions(squeezed, difficulty="hardness")) == listed(
        Questions(ROWS, difficulty="hardness")
    )


@pytest.mark.parametrize("size", [8, 9, 11, 30])
def test_cells_are_balanced_even_with_ties(size):
    rows = [{**question(f"{i}?", "yes"), "grade": i > 2} for i in range(size)]
    cells = listed(Questions(rows, difficulty="grade"))[0]
    sizes = [len(cell) for cell in cells]
    assert sum(sizes) == size and max(sizes) - min(sizes) <= 1
    assert set(cells[0]) >= ({"0?", "1?"} if size < 11 else {"0?", "1?", "2?"} & set(cells[0]))


def test_without_a_column_long_and_rare_answers_are_hard():
    rows = [
        question("Is water wet, yes or no?", "yes"),
        question("Is fire cold, yes or no?", "no"),
        question("Who wrote it?", "Emily"),
        question("Who wrote that?", "Emily Elizabeth Dickinson"),
    ]
    domain = Questions(rows, levels=2)
    answers = [[task.answer for task in domain.enumerate(0, level)] for level in (0, 1)]
    # Seventeen words and more; "yes" occurs three times, as "no" does, "emily" twice.
    assert answers == [["yes", "no"], ["Emily", "Emily Elizabeth Dickinson"]]


def test_surprisal_is_the_sum_over_the_words_of_the_answer():
    from teachgym.domains.questions import Question, surprisals

    pair = [
        Question("row 1", "t", "a a b", ("a c",), None, False),
        Question("row 2", "t", "b d", ("d",), None, False),
    ]
    # Eight words: a three times, b twice, c once, d twice.
    assert surprisals(pair) == pytest.approx([np.log(8 / 3) + np.log(8), np.log(8 / 2)])


def test_surprisal_breaks_ties_of_the_column():
    rows = [
        {**question("first?", "an uncommon phrase"), "grade": 1},
        {**question("second?", "yes"), "grade": 1},
        {**question("third?", "yes"), "grade": 0},
        {**question("fourth?", "yes yes"), "grade": 2},
    ]
    domain = Questions(rows, difficulty="grade", levels=2)
    assert listed(domain) == [[["third?", "second?"], ["first?", "fourth?"]]]


def test_all_answers_of_a_list_are_accepted():
    rows = [question(f"{i}?", ["UK", "Britain"]) for i in range(2)]
    domain = Questions(rows, levels=1)
    task = domain.enumerate(0, 0)[0]
    assert task.answer == "UK" and task.metadata == {"answers": ["UK", "Britain"]}
    assert make_reward(domain.reward)(
        prompts=["", ""],
        completions=["britain", "France"],
        answer=[task.answer] * 2,
        metadata=[json.dumps(task.metadata)] * 2,
    ) == [1.0, 0.0]


def test_repeated_rows_count_once():
    domain = Questions([*ROWS, *ROWS], levels=4)
    prompts = [prompt for topic in listed(domain) for cell in topic for prompt in cell]
    assert Counter(prompts) == Counter(row["prompt"] for row in ROWS)


@pytest.mark.parametrize(
    "other", [question("red 0?", "other"), question("red 0?", "word0", topic="blue")]
)
def test_one_prompt_with_two_answers_or_topics_names_both_lines(tmp_path, other):
    path = write(tmp_path / "table.jsonl", [*ROWS, other])
    with pytest.raises(ValueError, match=r"table.jsonl, line 1 and table.jsonl, line 17 have"):
        Questions(path)


@pytest.mark.parametrize(
    "count, levels, message",
    [
        (1, 1, "'red', level 0, has 1 question.*use more questions"),
        (7, 4, "'red', level 1, has 1 question.*use levels=3 or fewer, or more"),
        (2, 4, "'red', level 0, has 0 question.*use levels=1 or fewer, or more"),
    ],
)
def test_a_cell_that_is_too_small_is_named(count, levels, message):
    rows = [question(f"{i}?", "yes") for i in range(count)]
    with pytest.raises(ValueError, match=message):
        Questions(rows, levels=levels)
    advised = count // 2
    assert not advised or Questions(rows, levels=advised)


@pytest.mark.parametrize(
    "name, content, message",
    [
        ("a.jsonl", "", "a.jsonl has no rows"),
        ("a.jsonl", "\n\n", "a.jsonl has no rows"),
        ("a.csv", "topic,prompt,answer\n", "a.csv has no rows"),
        ("a.jsonl", '{"topic": "t", "prompt": "p"}', "line 1, has no column 'answer'.*'prompt'"),
        ("a.csv", "topic,question\nt,q\n", "line 2, has no column 'answer'.*'question'"),
        (
            "a.jsonl",
            '{"topic": "t"}\n{"broken',
            "a.jsonl, line 2, is not valid JSON.*[^t] at column 2",
        ),
        ("a.jsonl", "\n[1, 2]", "a.jsonl, line 2, must be a JSON object"),
        ("a.csv", "topic,prompt,answer\nt,q\n", "a.csv, line 2, must have 3 fields"),
        ("a.csv", "topic,prompt,answer\nt,q,a\nt,q,r,s\n", "a.csv, line 3, must have 3 fields"),
        ("a.csv", 'topic,prompt,answer\n"t"x,q,a\n', "a.csv, line 2: .*expected after"),
        ("a.txt", "topic", r"must end in one of .jsonl, .csv, .parquet"),
        ("a.parquet", "topic", "a.parquet is not a Parquet file"),
        ("a.jsonl", '{"topic": "\udcff"}', "a.jsonl is not in UTF-8"),
    ],
)
def test_a_file_that_cannot_be_used_is_explained(tmp_path, name, content, message):
    (tmp_path / name).write_bytes(content.encode("utf-8", "surrogateescape"))
    with pytest.raises(ValueError, match=message):
        Questions(tmp_path / name)


@pytest.mark.parametrize(
    "changes, message",
    [
        ({"answer": ""}, "row 3: column 'answer' must be a text or number, not ''"),
        ({"answer": None}, "row 3: column 'answer' .* not None"),
        ({"answer": []}, "row 3: column 'answer' must have at least one answer"),
        ({"answer": ["a", {}]}, "row 3: column 'answer' .* not {}"),
        ({"prompt": "  "}, "row 3: column 'prompt'"),
        ({"topic": None}, "row 3: column 'topic'"),
        ({"hardness": "easy"}, "row 3: column 'hardness' must be a finite number, not 'easy'"),
        ({"hardness": float("nan")}, "row 3: column 'hardness' must be a finite number"),
        ({"hardness": None}, "row 3: column 'hardness' must be a finite number, not None"),
    ],
)
def test_a_bad_value_is_named_with_its_row(changes, message):
    rows = [{**row, **changes} if i == 2 else row for i, row in enumerate(ROWS)]
    with pytest.raises(ValueError, match=message):
        Questions(rows, difficulty="hardness")


@pytest.mark.parametrize(
    "options, message",
    [({"levels": 0}, "levels must be at least 1"), ({"exam_share": 0}, "exam_share must be in")],
)
def test_bad_arguments_are_named(options, message):
    with pytest.raises(ValueError, match=message):
        Questions(ROWS, **options)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"there is no file '.*nowhere.csv'"):
        Questions(tmp_path / "nowhere.csv")


@pytest.mark.parametrize("source", [3, ["a row"]])
def test_a_source_of_another_kind_is_an_error(source):
    with pytest.raises(TypeError, match="must be a"):
        Questions(source)


def test_a_file_from_a_spreadsheet_with_a_byte_order_mark_is_read(tmp_path):
    path = tmp_path / "table.csv"
    path.write_bytes("\ufeff".encode() + write(path, ROWS).read_bytes())
    assert Questions(path).topics == ("red", "blue")
