"""The schooling of the bundled tiny model: supervised learning that stops while skill is graded.

``python -m teachgym.training.schooling OUT`` makes the folder again. It sees practice prompts only
(`Domain.sample`) of all levels, and slips among the worked answers, the more the harder the level:
the student answers the lowest levels, sometimes the middle ones and hardly ever the top ones, and
there is something left to teach.
"""

from __future__ import annotations

import argparse
import string
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ..domains import Arithmetic, Domain, Strings
from .slips import SLIPS, slip_share

if TYPE_CHECKING:
    from transformers import LlamaForCausalLM, PreTrainedTokenizerFast

STEPS = 9000
BATCH = 64
BATCHES_PER_DRAW = 8
LEARNING_RATE = 2.5e-3
TAILS = (1.0, 0.75)
"""Share of a level over that of the level below: of `Strings` and of `Arithmetic`."""


def build_tokenizer() -> PreTrainedTokenizerFast:
    """A tokenizer with a token for each printable ASCII character, newline, padding and end."""
    from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    characters = "\n " + string.digits + string.ascii_letters + string.punctuation
    tokens = ["<pad>", "<end>", "<unk>", *characters]
    tokenizer = Tokenizer(
        models.WordLevel({token: i for i, token in enumerate(tokens)}, unk_token="<unk>")
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex(r"[\s\S]"), "isolated")
    tokenizer.decoder = decoders.Fuse()
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        pad_token="<pad>",
        eos_token="<end>",
        unk_token="<unk>",
        padding_side="left",
        model_max_length=256,
        clean_up_tokenization_spaces=False,
    )


def build_model(tokenizer: PreTrainedTokenizerFast, seed: int) -> LlamaForCausalLM:
    """An untrained Llama of about 0.65 million parameters."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    torch.manual_seed(seed)
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=128,
        intermediate_size=384,
        num_hidden_layers=3,
        num_attention_heads=4,
        num_key_value_heads=4,
        max_position_embeddings=256,
        tie_word_embeddings=True,
        pad_token_id=tokenizer.pad_token_id,
        eos_token_id=tokenizer.eos_token_id,
        bos_token_id=None,
    )
    return LlamaForCausalLM(config)


def draw(tails: dict[Domain, float], size: int, rng: np.random.Generator) -> list[tuple[str, str]]:
    """Prompts of practice tasks and worked answers, some of them with a slip.

    Topics are drawn uniformly, levels geometrically.
    """
    pairs = []
    cells = [
        (domain, topic, tail)
        for domain, tail in tails.items()
        for topic in range(len(domain.topics))
    ]
    for index in rng.integers(len(cells), size=size):
        domain, topic, tail = cells[index]
        weights = tail ** np.arange(domain.levels)
        level = int(rng.choice(domain.levels, p=weights / weights.sum()))
        task = domain.sample(topic, domain.difficulty(level), rng)
        slip = rng.random() < slip_share(level)
        answer = SLIPS[domain.topics[topic]](task) if slip else task.answer
        pairs.append((task.prompt, answer))
    return pairs


def batches(
    tails: dict[Domain, float], batch: int, rng: np.random.Generator
) -> Iterator[list[tuple[str, str]]]:
    """Endless batches of pairs of similar length, so that little of a batch is padding."""
    while True:
        pairs = draw(tails, batch * BATCHES_PER_DRAW, rng)
        pairs.sort(key=lambda pair: len(pair[0]) + len(pair[1]))
        for start in rng.permutation(BATCHES_PER_DRAW) * batch:
            yield pairs[start : start + batch]


def school(
    out: Path,
    *,
    seed: int = 0,
    steps: int = STEPS,
    batch: int = BATCH,
    learning_rate: float = LEARNING_RATE,
    tails: tuple[float, float] = TAILS,
) -> None:
    """Train the tiny model from nothing and save it as a Hugging Face folder.

    Args:
        out: Where the folder is written.
        seed: Governs weights and data; the same seed gives the same model on one machine.
        steps: Optimizer steps.
        batch: Tasks per step.
        learning_rate: Peak of a one-cycle schedule.
        tails: For `Strings` and `Arithmetic`, the ratio of the share of one level to that of the
            level below, in (0, 1].
    """
    import torch
    from rich.progress import track

    torch.set_num_threads(1)  # sums depend on the number of threads
    tokenizer = build_tokenizer()
    model = build_model(tokenizer, seed)
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=learning_rate, betas=(0.9, 0.98), weight_decay=0.01
    )
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, learning_rate, steps, pct_start=0.1, cycle_momentum=False
    )
    domains = dict(zip((Strings(), Arithmetic()), tails, strict=True))
    stream = batches(domains, batch, np.random.default_rng(seed))
    model.train()
    for _ in track(range(steps), "schooling"):
        rows = [
            (tokenizer.encode(prompt), [*tokenizer.encode(answer), tokenizer.eos_token_id])
            for prompt, answer in next(stream)
        ]
        width = max(len(prompt) + len(answer) for prompt, answer in rows)
        tokens = torch.full((batch, width), tokenizer.pad_token_id)
        labels = torch.full((batch, width), -100)
        for i, (prompt, answer) in enumerate(rows):
            tokens[i, : len(prompt) + len(answer)] = torch.tensor(prompt + answer)
            labels[i, len(prompt) : len(prompt) + len(answer)] = torch.tensor(answer)
        mask = (tokens != tokenizer.pad_token_id).long()
        loss = model(input_ids=tokens, attention_mask=mask, labels=labels).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        optimizer.zero_grad()
    model.eval()
    model.save_pretrained(out)
    tokenizer.save_pretrained(out)


def main() -> None:
    """Read the command line and school the model."""
    parser = argparse.ArgumentParser(description="Make the bundled tiny model again.")
    parser.add_argument("out", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--tails", type=float, nargs=2, default=TAILS)
    arguments = parser.parse_args()
    school(arguments.out, seed=arguments.seed, steps=arguments.steps, tails=tuple(arguments.tails))


if __name__ == "__main__":
    main()
