"""Where tasks come from: domains and tables, and what is refused."""

import json

import gymnasium as gym
import numpy as np
import pytest

from teachgym.domains import Strings
from teachgym.training.curriculum import BinnedSource, DomainSource, TableSource, make_source
from teachgym.training.curriculum.bins import bins_by_rank

ROWS = [
    {"prompt": f"q{i}", "answer": str(i), "topic": "ab"[i % 2], "grade": i // 4, "hint": [i]}
    for i in range(12)
]


def rng():
    return np.random.default_rng(0)


def test_a_domain_by_name_gives_practice_tasks_with_trl_s_columns():
    source = make_source("strings")
    assert source.space == gym.spaces.MultiDiscrete([9, 12]) and source.arms == 108
    drawn = source.draw(np.array([2, 3]), rng())
    assert drawn.arm == 27 and source.arm_name(27) == f"{Strings().topics[2]}/4"
    assert set(drawn.columns) == {"prompt", "answer", "topic", "difficulty", "metadata"}
    assert json.loads(drawn.columns["metadata"]) == {}
    held_out = {task.prompt for task in Strings().exam(500, seed=0)}
    assert source.draw(np.array([2, 3]), rng()).columns["prompt"] not in held_out


def test_action_spaces_of_a_domain():
    box = DomainSource(Strings(), action="box").draw(np.array([0.99, 0.5], np.float32), rng())
    flat = DomainSource(Strings(), action="discrete").draw(8 * 12 + 6, rng())
    assert box.arm == flat.arm == 8 * 12 + 6
    with pytest.raises(ValueError, match="action space"):
        DomainSource(Strings(), action="circle")


def test_topics_of_a_table_are_unordered_arms():
    source = TableSource(ROWS, topic="topic")
    assert source.space == gym.spaces.Discrete(2) and source.topics == ("a", "b")
    drawn = [source.draw(np.int64(1), rng()) for _ in range(12)]
    items = [one.item for one in drawn]
    # Each of the arm's six rows once, then each again in another order.
    assert set(items[:6]) == set(items[6:]) == {1, 3, 5, 7, 9, 11} and items[:6] != items[6:]
    assert drawn[0].columns == ROWS[items[0]]


def test_levels_of_a_table_are_ordered():
    source = TableSource(ROWS, topic="topic", level="grade")
    assert source.space == gym.spaces.MultiDiscrete([2, 3])
    assert source.draw(np.array([1, 2]), rng()).item in (9, 11)
    assert source.arm_name(5) == "b/3"
    words = [{**row, "grade": ["hard", "easy", "fair"][row["grade"]]} for row in ROWS]
    with pytest.raises(ValueError, match="order="):
        TableSource(words, level="grade")
    named = TableSource(words, level="grade", order=["easy", "fair", "hard"])
    assert named.draw(np.array([0, 2]), rng()).item < 4
    with pytest.raises(ValueError, match="order= lacks 'hard'"):
        TableSource(words, level="grade", order=["easy", "fair"])
    with pytest.raises(ValueError, match="'impossible'"):
        TableSource(words, level="grade", order=["easy", "fair", "hard", "impossible"])


def test_a_cell_without_rows_is_named():
    with pytest.raises(ValueError, match="topic 'b' has no row of level 2"):
        TableSource([*ROWS[:8], ROWS[8]], topic="topic", level="grade")


def test_a_table_s_state():
    source, other = (TableSource(ROWS, topic="topic", seed=1) for _ in range(2))
    for _ in range(8):
        source.draw(np.int64(0), rng())
    other.load_state_dict(source.state_dict())
    ahead = [source.draw(np.int64(0), rng()).item for _ in range(6)]
    assert ahead == [other.draw(np.int64(0), rng()).item for _ in range(6)]


def test_bins_by_rank():
    rates = np.array([0.1, 0.9, 0.5, 0.5, 0.2])
    bins = bins_by_rank(rates, np.array([0, 1, 3, 2, 4]), 2)
    # Rows 1, 3, 2, 4, 0 from the easiest; row i of 5 falls into bin floor(i * 2 / 5).
    assert [part.tolist() for part in bins] == [[1, 3, 2], [4, 0]]


def test_a_row_s_running_mean_moves_it_between_bins():
    source = BinnedSource(ROWS, bins=3, difficulty="grade", smoothing=0.5)
    # Nothing is known but the column.
    assert [sorted(part) for part in source.bins] == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10, 11]]
    source.learn(11, 1.0)
    source.learn(11, 0.5)
    # total 0.5 -> 0.25 + 1 -> 0.625 + 0.5 = 1.125; weight 1 -> 1.5 -> 1.75
    assert source.rates[11] == pytest.approx(1.125 / 1.75)
    assert 11 in source.bins[0] and source.bins[0][0] == 11
    source.learn(0, 0.0)
    assert source.bins[2][-1] == 0
    other = BinnedSource(ROWS, bins=3, difficulty="grade", smoothing=0.5)
    other.load_state_dict(source.state_dict())
    assert [part.tolist() for part in other.bins] == [part.tolist() for part in source.bins]


def test_bins_per_topic_and_too_few_rows():
    source = make_source(ROWS, topic="topic", bins=3)
    assert isinstance(source, BinnedSource) and source.space == gym.spaces.MultiDiscrete([2, 3])
    assert source.draw(np.array([1, 0]), rng()).columns["topic"] == "b"
    with pytest.raises(ValueError, match="topic 'a' has 6 row"):
        BinnedSource(ROWS, topic="topic", bins=7)
    with pytest.raises(ValueError, match="column 'hint'"):
        BinnedSource(ROWS, difficulty="hint")


def test_tables_of_every_kind(tmp_path):
    from datasets import Dataset

    path = tmp_path / "rows.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in ROWS))
    identities = [
        make_source(data, topic="topic").identity()
        for data in (ROWS, str(path), path, Dataset.from_list(ROWS))
    ]
    assert all(identity == identities[0] for identity in identities)


def test_numbers_in_a_csv_file_are_numbers(tmp_path):
    lines = ["prompt,answer,grade", *(f"q{i},a,{grade}" for i, grade in enumerate((10, 2, 1.5)))]
    path = tmp_path / "rows.csv"
    path.write_text("\n".join(lines))
    graded = TableSource(path, level="grade")
    easiest_first = [graded.draw(np.array([0, level]), rng()).item for level in range(3)]
    assert easiest_first == [2, 1, 0]
    binned = BinnedSource(path, bins=3, difficulty="grade")
    assert [members.tolist() for members in binned.bins] == [[2], [1], [0]]
    path.write_text("\n".join([*lines, "q4,a,hard"]))
    with pytest.raises(ValueError, match="the levels in column 'grade' are no numbers"):
        TableSource(path, level="grade")
    with pytest.raises(ValueError, match="row 4 must have a number in column 'grade', not 'hard'"):
        BinnedSource(path, bins=3, difficulty="grade")


def test_other_names_of_columns_and_messages_as_prompts():
    chat = [{"role": "user", "content": "hi"}]
    rows = [{"question": chat, "reply": "a", "kind": k} for k in "xy"]
    source = make_source(rows, topic="kind", prompt="question", answer="reply")
    assert source.draw(np.int64(0), rng()).columns == {"prompt": chat, "answer": "a", "kind": "x"}


@pytest.mark.parametrize(
    ("rows", "options", "message"),
    [
        ([], {}, "no rows"),
        (ROWS, {"topic": "subject"}, "no column 'subject'; the columns are prompt, answer"),
        ([{"q": "a"}], {"bins": 1}, "no column 'prompt'; the columns are q; say .*with prompt="),
        ([{"prompt": "a"}], {"bins": 1}, "no column 'answer'.*answer=None"),
        ([{"prompt": 3, "answer": "b"}], {"bins": 1}, "row 1, must have a text"),
        ([{"prompt": ["x"], "answer": "b"}], {"bins": 1}, "list of messages"),
        ([{"prompt": "a", "answer": None}], {"bins": 1}, "row 1, has no value in column 'answer'"),
        ([{**ROWS[0], "completions": 1}], {"bins": 1}, "reserved"),
        ([{**ROWS[0], "q": "x"}], {"bins": 1, "prompt": "q"}, "'prompt' would be lost"),
        (ROWS, {"level": "grade", "order": [2]}, "order= lacks"),
        (ROWS, {"bins": 0}, "bins"),
        (ROWS, {"bins": 2, "smoothing": 2}, "smoothing"),
    ],
)
def test_what_is_refused(rows, options, message):
    with pytest.raises(ValueError, match=message):
        make_source(rows, **options)


def test_sources_of_another_kind():
    with pytest.raises(ValueError, match=r"did you mean 'strings'.*\.jsonl"):
        make_source("string")
    with pytest.raises(TypeError, match="iterable of mappings"):
        make_source(3)
    with pytest.raises(ValueError, match="made already"):
        make_source(DomainSource(Strings()), bins=2)
    with pytest.raises(TypeError, match=r"topc is no option of a BinnedSource; it has bins, topic"):
        make_source(ROWS, topc="topic")
    with pytest.raises(TypeError, match=r"levels is no option.*go to the domain itself"):
        make_source("strings", levels=3)
    with pytest.raises(ValueError, match="topic=, level= or both"):
        TableSource(ROWS)
