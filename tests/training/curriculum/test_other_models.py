"""Ordinary models with a BPE tokenizer, with plain prompts and with a chat template."""

import pytest
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import (
    GPT2Config,
    GPT2LMHeadModel,
    PreTrainedTokenizerFast,
    Qwen2Config,
    Qwen2ForCausalLM,
)

from teachgym.domains import Strings
from teachgym.models.causal import CausalLM
from teachgym.training import Curriculum, CurriculumGRPOTrainer

TEMPLATE = (
    "{% for message in messages %}<|{{ message['role'] }}|>{{ message['content'] }}<|end|>"
    "{% endfor %}{% if add_generation_prompt %}<|assistant|>{% endif %}"
)
SIZES = {"vocab_size": 400, "bos_token_id": 0, "eos_token_id": 0, "pad_token_id": 1}


@pytest.fixture(scope="module")
def tokenizer():
    """Byte-level BPE, trained on the exam of a domain."""
    bpe = Tokenizer(models.BPE())
    bpe.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    bpe.decoder = decoders.ByteLevel()
    special = ["<|end|>", "<|pad|>", "<|system|>", "<|user|>", "<|assistant|>"]
    trainer = trainers.BpeTrainer(
        vocab_size=400,
        special_tokens=special,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
    )
    bpe.train_from_iterator([task.prompt for task in Strings().exam(500, seed=0)], trainer)
    return bpe


def language(tokenizer, kind, chat):
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        eos_token="<|end|>",
        pad_token="<|pad|>",
        padding_side="left",
        chat_template=TEMPLATE if chat else None,
    )
    if kind == "qwen2":
        model = Qwen2ForCausalLM(
            Qwen2Config(
                hidden_size=16,
                intermediate_size=32,
                num_hidden_layers=1,
                num_attention_heads=2,
                num_key_value_heads=1,
                max_position_embeddings=256,
                **SIZES,
            )
        )
    else:
        model = GPT2LMHeadModel(
            GPT2Config(n_embd=16, n_layer=1, n_head=2, n_positions=256, **SIZES)
        )
    return CausalLM(model, fast, chat=chat)


def short(*, prompts, completions, **columns):
    """Scores that need no skill, and see what TRL hands over."""
    chat = isinstance(prompts[0], list)
    assert isinstance(completions[0], list) == chat
    texts = [c[0]["content"] if chat else c for c in completions]
    return [1.0 / (1.0 + len(text)) for text in texts]


@pytest.mark.parametrize("chat", [False, True], ids=["plain", "chat"])
@pytest.mark.parametrize("kind", ["gpt2", "qwen2"])
def test_they_train_through_the_same_code(make_trainer, tokenizer, kind, chat):
    curriculum = Curriculum(
        "strings", reward=short, chat=chat, system_prompt="Answer." if chat else None
    )
    trainer = make_trainer(curriculum, language=language(tokenizer, kind, chat), max_steps=2)
    before = [weight.detach().clone() for weight in trainer.model.parameters()]
    trainer.train()
    assert any(
        not old.equal(new) for old, new in zip(before, trainer.model.parameters(), strict=True)
    )
    assert trainer.state.log_history[1]["curriculum/staleness"] == 1


def test_conversations_of_a_table_on_demand(make_trainer, tokenizer):
    rows = [
        {"prompt": [{"role": "user", "content": f"say {word}"}], "answer": word, "kind": word}
        for word in ("yes", "no")
    ]
    curriculum = Curriculum(rows, reward=short, topic="kind")
    trainer = make_trainer(
        curriculum,
        trainer=CurriculumGRPOTrainer,
        language=language(tokenizer, "qwen2", True),
        max_steps=1,
    )
    trainer.train()
    assert curriculum.asked == 2


def test_the_exam_of_a_chat(tokenizer):
    exam = Curriculum("strings", chat=True, system_prompt="Answer.").exam(3)
    roles = [message["role"] for message in exam[0]["prompt"]]
    assert roles == ["system", "user"] and {"answer", "topic"} <= set(exam.column_names)
