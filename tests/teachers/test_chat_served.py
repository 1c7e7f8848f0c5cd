"""The chat teacher against a real chat server: `transformers serve` with a tiny model.

The model has random weights, so it says nothing of use: what is shown is that the two understand
each other's protocol, and that answers of that kind are counted and replaced.
"""

import importlib
import random
import time

import gymnasium as gym
import numpy as np
import pytest

from teachgym.models.chat import ChatModel
from teachgym.teachers import ChatTeacher

SPACE = gym.spaces.MultiDiscrete([3, 4])
TEMPLATE = "{% for m in messages %}{{ m['role'] }}: {{ m['content'] }}\n{% endfor %}assistant: "


@pytest.fixture(scope="module")
def model_folder(tmp_path_factory):
    """A Llama of two small layers over single characters, with a chat template."""
    torch = pytest.importorskip("torch")
    tokenizers = pytest.importorskip("tokenizers")
    transformers = pytest.importorskip("transformers")
    characters = ["<unk>", "<end>", *map(chr, range(32, 127)), "\n"]
    vocabulary = {character: i for i, character in enumerate(characters)}
    tokenizer = tokenizers.Tokenizer(tokenizers.models.BPE(vocabulary, [], unk_token="<unk>"))
    tokenizer.decoder = tokenizers.decoders.Fuse()
    fast = transformers.PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, unk_token="<unk>", eos_token="<end>", pad_token="<end>"
    )
    fast.chat_template = TEMPLATE
    config = transformers.LlamaConfig(
        vocab_size=len(characters),
        hidden_size=16,
        intermediate_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        max_position_embeddings=4096,
        bos_token_id=None,
        eos_token_id=1,
        pad_token_id=1,
    )
    with torch.random.fork_rng():
        torch.manual_seed(0)
        model = transformers.LlamaForCausalLM(config)
    folder = tmp_path_factory.mktemp("model")
    model.save_pretrained(folder)
    fast.save_pretrained(folder)
    return str(folder)


@pytest.fixture(scope="module")
def address(model_folder):
    """Where `transformers serve` serves the model, in a thread of this process."""
    utils = pytest.importorskip("transformers.utils.import_utils")
    serve = pytest.importorskip("transformers.cli.serve")
    if not utils.is_serve_available():
        pytest.skip("transformers serve needs pip install 'transformers[serving]'")
    torch = importlib.import_module("torch")
    state = torch.get_rng_state(), np.random.get_state(), random.getstate()
    server = serve.Serve(model_folder, device="cpu", host="127.0.0.1", port=0, non_blocking=True)
    try:
        while not server.server.started:
            assert server._thread.is_alive(), "transformers serve did not start"
            time.sleep(0.01)
        port = server.server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        server.kill_server()
        torch.set_rng_state(state[0])
        np.random.set_state(state[1])
        random.setstate(state[2])


def lessons(address, folder, seed):
    teacher = ChatTeacher(
        SPACE, seed=seed, model=folder, base_url=address, retries=1, max_tokens=8, history=2
    )
    actions = []
    for _ in range(3):
        actions.append(teacher.act().tolist())
        teacher.observe(np.array(actions[-1]), 0.5)
    return teacher, actions


def test_what_a_real_server_answers_is_counted_and_replaced(address, model_folder):
    teacher, actions = lessons(address, model_folder, seed=0)
    assert all(np.array(action) in SPACE for action in actions)
    counted = teacher.counters
    assert (counted["calls"], counted["malformed"], counted["fallbacks"]) == (6, 6, 3)
    # The server counts in characters, as the tokenizer does: 3 questions of hundreds of them.
    assert counted["prompt_tokens"] > 6 * 500
    assert 0 < counted["completion_tokens"] <= 6 * 8
    assert lessons(address, model_folder, seed=0)[1] == actions


def test_the_real_server_repeats_itself_at_temperature_0(address, model_folder):
    model = ChatModel(model_folder, base_url=address, max_tokens=8, seed=0)
    question = [{"role": "user", "content": "What next?"}]
    reply = model.ask(question)
    assert reply.text and reply.finish_reason == "length"
    assert reply.prompt_tokens == len("user: What next?\nassistant: ")
    assert model.ask(question) == reply


def test_a_model_that_the_real_server_does_not_have(address):
    with pytest.raises(ValueError, match=r"refuses the request: .*Server is pinned to"):
        ChatModel("another", base_url=address).ask([{"role": "user", "content": "What next?"}])
