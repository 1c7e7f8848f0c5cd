"""What is told of each teacher is what its class does."""

import inspect

import gymnasium as gym
import numpy as np
import pytest

from teachgym.teachers import TEACHERS, make_teacher, teacher_options
from teachgym.teachers.details import SPACES, argument_texts, describe, reference

every_teacher = pytest.mark.parametrize("name", TEACHERS)


@every_teacher
def test_each_has_a_reference_or_says_that_it_is_our_own(name):
    details = describe(name)
    text = " ".join(inspect.getdoc(details.teacher).split())
    if details.reference is None:
        assert "this library's own" in text.lower()
    else:
        assert details.reference.authors in text and str(details.reference.year) in text
        assert details.reference.arxiv in text


@every_teacher
def test_what_it_declares_are_options_of_its_constructor(name):
    details, options = describe(name), teacher_options(name)
    assert set(details.knowledge) | set(details.required) <= set(options)
    assert len(set(TEACHERS[name].knowledge)) == len(TEACHERS[name].knowledge)
    assert details.family != "other"


@every_teacher
def test_every_option_is_documented(name):
    texts = argument_texts(inspect.getdoc(TEACHERS[name]))
    assert set(texts) == {"action_space", "seed", *teacher_options(name)}
    assert all(text.endswith(".") for text in texts.values())


@every_teacher
def test_it_takes_the_spaces_that_it_claims_and_no_other(name):
    details = describe(name)
    if details.required:
        pytest.skip("cannot be made without more")
    for kind, (space, option, value) in SPACES.items():
        if kind not in details.spaces:
            with pytest.raises((TypeError, ValueError)):
                make_teacher(name, space)
            continue
        need = details.spaces[kind]
        assert make_teacher(name, space, seed=0, **({need: value} if need else {})).act() in space
        if need:
            assert need == option
            with pytest.raises(ValueError, match=need):
                make_teacher(name, space)


def test_details_of_a_teacher():
    details = describe("alp_gmm")
    assert details.family == "continuous"
    assert details.spaces_in_words() == ["Discrete (levels)", "MultiDiscrete", "Box"]
    assert details.needs_in_words() == ["ordered levels"]
    assert details.knowledge_in_words() == ["start", "start_deviation=0.1"]
    assert str(details.reference) == "Portelas et al. 2019, arXiv 1910.07224"
    assert describe("policy").needs_in_words() == ["folder=", "an observation", "extra rl"]
    assert describe("sec").takes_scores
    assert str(describe("pcl").reference) == "Gao et al. 2025, arXiv 2510.01135"
    assert describe("chat").spaces_in_words() == ["Discrete", "MultiDiscrete", "Box"]
    with pytest.raises(ValueError, match="did you mean 'adarft'"):
        describe("adarf")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Bandit (Auer et al. 2002).", "Auer et al. 2002"),
        ("By Reddy, Levine & Dragan 2017 (in another\nform).", "Reddy, Levine & Dragan 2017"),
        ("As Yu et al. (2025, arXiv 2503.14476) say.", "Yu et al. 2025, arXiv 2503.14476"),
        # The first number is of a later paper that compares it with others.
        ("Doe 2014, see Roe et al. (2019, arXiv\n1910.07224).", "Doe 2014"),
        ("From arXiv 1910.07224 only.", None),
        ("A rule.\n\nArgs:\n    rate: That of Doe et al. 2014.", None),
    ],
)
def test_references_are_read_off_docstrings(text, expected):
    found = reference(text)
    assert (None if found is None else str(found)) == expected


def test_texts_of_arguments_are_read_off_docstrings():
    text = (
        "A rule.\n\nArgs:\n    rate: A number:\n        more.\n    n: Two.\n\nRaises:\n    E: No.\n"
    )
    assert argument_texts(text) == {"rate": "A number: more.", "n": "Two."}
    assert argument_texts("A rule.") == {}


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("alp_gmm", {"start": [1, 3]}),
        ("covar_gmm", {"start": [1, 3]}),
        ("adr", {"start": [1, 3]}),
        ("spdl", {"start": [1, 3], "start_deviation": 0.02}),
        ("goal_gan", {"start": [1, 3], "start_deviation": 0.02, "noise": 0.0}),
        ("progression", {"start_level": 3}),
        ("rlve", {"start_level": 3, "width": 1}),
        ("adarft", {"start": 100.0}),
    ],
)
def test_an_easy_start_is_where_lessons_begin(name, given):
    assert set(given) & set(describe(name).knowledge)
    teacher = make_teacher(name, gym.spaces.MultiDiscrete([3, 4]), seed=0, **given)
    actions = np.array([teacher.act() for _ in range(40)])
    assert np.mean(actions[:, 1] == 3) > 0.7
