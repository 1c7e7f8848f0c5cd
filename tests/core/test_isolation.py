import random

import numpy as np
import pytest

from teachgym.core.isolation import isolated_rng, rng_state, set_rng_state


def draw():
    return random.random(), np.random.random()


def test_global_generators_are_left_as_they_were_even_by_an_error():
    expected_state = rng_state()
    expected = draw()
    set_rng_state(expected_state)
    with pytest.raises(RuntimeError, match="broken"), isolated_rng():
        random.seed(5)
        np.random.seed(5)
        raise RuntimeError("broken")
    assert draw() == expected


def test_torch_is_covered_where_it_is_loaded():
    torch = pytest.importorskip("torch")
    torch.manual_seed(1)
    expected = torch.rand(3)
    torch.manual_seed(1)
    with isolated_rng():
        torch.manual_seed(7)
        torch.rand(10)
    assert torch.equal(torch.rand(3), expected)
