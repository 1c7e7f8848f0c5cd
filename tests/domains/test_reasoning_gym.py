"""ReasoningGym: every default task at every level, and the library's scorers as a reward."""

import json
import subprocess
import sys

import numpy as np
import pytest

from teachgym.domains import ReasoningGym
from teachgym.domains.reasoning_gym import TASKS
from teachgym.rewards import REWARDS


def score(completions, metadata):
    blank = [""] * len(completions)
    return REWARDS["reasoning_gym"](
        prompts=blank, completions=completions, answer=blank, metadata=metadata
    )


def items(domain, count=3, seed=0):
    rng = np.random.default_rng(seed)
    return [
        domain.generate(topic, level, rng)
        for topic in range(len(domain.topics))
        for level in range(domain.levels)
        for _ in range(count)
    ]


@pytest.mark.parametrize("name", TASKS)
def test_every_default_task_works_at_every_level(name):
    tasks = items(ReasoningGym([name]))
    assert all(task.prompt and task.answer for task in tasks)
    columns = [json.dumps(task.metadata) for task in tasks]
    assert score([task.answer for task in tasks], columns) == [1.0] * len(tasks)
    assert max(score(["I do not know"] * len(tasks), columns)) < 0.5
    assert items(ReasoningGym([name])) == tasks


@pytest.mark.parametrize("name", TASKS)
def test_levels_of_a_default_task_differ(name):
    from teachgym.domains.reasoning_gym import _dataset

    settings = [repr(_dataset(name, level).config) for level in range(4)]
    assert len(set(settings)) == 4


def test_there_are_thirty_default_tasks():
    assert len(TASKS) >= 30
    assert ReasoningGym().topics == TASKS


def test_an_item_does_not_depend_on_what_was_made_before():
    domain = ReasoningGym(["leg_counting", "word_sorting", "tsumego"])
    alone = domain.generate(1, 2, np.random.default_rng(5))
    items(domain)
    assert domain.generate(1, 2, np.random.default_rng(5)) == alone


def test_neighbouring_seeds_do_not_overlap():
    domain = ReasoningGym(["decimal_arithmetic"], levels=1)
    prompts = [{task.prompt for task in items(domain, 100, seed)} for seed in range(4)]
    assert len(set.union(*prompts)) == sum(map(len, prompts))


def test_items_do_not_depend_on_the_hash_seed():
    code = (
        "import numpy as np; from teachgym.domains import ReasoningGym; d = ReasoningGym(); "
        "print([d.generate(t, 1, np.random.default_rng(t)) for t in range(len(d.topics))])"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-P", "-c", code],
            env={"PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(outputs) == 1


def test_domains_are_imported_without_the_library():
    code = (
        "import sys, teachgym.domains as d; d.ReasoningGym(); d.Questions(); "
        "heavy = {'reasoning_gym', 'datasets', 'pyarrow', 'pandas', 'torch'} & set(sys.modules); "
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-P", "-c", code], check=True)


def test_another_task_is_allowed_by_name():
    domain = ReasoningGym(["gcd"], levels=2)
    assert domain.topics == ("gcd",)
    assert len(items(domain)) == 6


@pytest.mark.parametrize(
    "options, message",
    [
        ({"tasks": ["chain_sums"]}, "unknown task 'chain_sums'.*did you mean 'chain_sum'"),
        ({"tasks": ["acre"]}, "unknown task 'acre'.*known: ab, "),
        ({"tasks": "chain_sum"}, r"sequence of names, such as \['chain_sum'\]"),
        ({"tasks": []}, "one or more names"),
        ({"tasks": ["lcm", "lcm"]}, "without repetition"),
        ({"levels": 0}, "levels must be at least 1, not 0"),
        ({"exam_share": 1}, r"exam_share must be in \(0, 1\), not 1"),
    ],
)
def test_bad_arguments_are_named(options, message):
    with pytest.raises(ValueError, match=message):
        ReasoningGym(**options)


@pytest.mark.parametrize(
    "name, level, message",
    [
        ("caesar_cipher", 3, "cannot make an item of 'caesar_cipher' at level 3: rotation"),
        ("graph_color", 0, "no reference answer for 'graph_color'"),
    ],
)
def test_tasks_that_do_not_work_are_named(name, level, message):
    with pytest.raises(ValueError, match=message):
        ReasoningGym([name]).generate(0, level, np.random.default_rng(0))


def test_a_missing_library_is_one_clear_line(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(ImportError, match=r"pip install 'teachgym\[content\]'"):
        ReasoningGym()


def test_completions_of_all_forms_are_scored():
    entry = {"dataset": "lcm", "entry": {"answer": "42"}}
    completions = [
        "42",
        "  42\n",
        "<answer>7</answer> or rather <answer> 42 </answer>",
        [{"role": "assistant", "content": "42"}],
        "it is 42",
        "7",
        "",
    ]
    scores = score(completions, [json.dumps(entry)] * len(completions))
    # The library gives credit for the share of a text that is the answer.
    assert scores == pytest.approx([1, 1, 1, 1, 2 / 8, 0, 0])


def test_each_row_has_its_own_scorer():
    rows = [
        {"dataset": "lcm", "entry": {"answer": "42"}},
        {"dataset": "spell_backward", "entry": {"answer": "cba", "question": "", "metadata": {}}},
    ]
    assert score(["42", "cba"], rows) == [1.0, 1.0]


def test_a_completion_that_its_scorer_cannot_parse_is_wrong():
    task = ReasoningGym(["prime_factorization"]).generate(0, 0, np.random.default_rng(0))
    assert score([task.answer, "three times x"], [task.metadata] * 2) == [1.0, 0.0]


def test_rows_of_other_domains_are_not_scored():
    assert score(["a", "b"], ["{}", '{"answers": ["b"]}']) == [None, None]


def test_missing_metadata_is_an_error():
    with pytest.raises(ValueError, match="needs the column 'metadata'"):
        REWARDS["reasoning_gym"](prompts=[""], completions=["1"], answer=["1"])
