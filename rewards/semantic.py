"""Closeness in meaning, by sentence embeddings."""

from __future__ import annotations

import functools
import threading
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from ..core.checks import at_least
from ..models.encoders import embed, load_encoder
from .base import references, text

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer


class SemanticSimilarity:
    """Cosine similarity of a completion's and the reference's sentence embeddings (SBERT).

    Reimers & Gurevych (2019), https://arxiv.org/abs/1908.10084. The best of several accepted
    answers counts (``answers`` in the metadata). An empty completion scores 0, and so does any
    against an empty reference. Encoders truncate
    long texts: the default one reads 256 tokens.

    The encoder is loaded at the first call. Each distinct text is encoded once, references and
    completions together, in batches of similar length, and remembered in a cache that forgets the
    text used longest ago. Copies and pickles carry the settings only; copies in one process share
    the encoder's weights.

    Args:
        model: A hub id or a folder of a sentence encoder; None is the offline default,
            all-MiniLM-L6-v2.
        batch_size: How many texts are encoded at once, at most.
        cache_size: How many embeddings are remembered; 0 remembers none.
        scale: How a cosine in [-1, 1] becomes a score in [0, 1]: ``"clip"`` takes negative ones as
            0, ``"shift"`` is ``(1 + cosine) / 2``.
        device: Where the encoder runs; by default a GPU if there is one.

    Raises:
        ValueError: For options out of range.
    """

    __name__ = "semantic"

    def __init__(
        self,
        model: str | Path | None = None,
        *,
        batch_size: int = 64,
        cache_size: int = 16384,
        scale: Literal["clip", "shift"] = "clip",
        device: str | None = None,
    ) -> None:
        at_least("batch_size", batch_size, 1)
        at_least("cache_size", cache_size, 0)
        if scale not in ("clip", "shift"):
            raise ValueError(f"scale must be 'clip' or 'shift', not {scale!r}")
        self.model = model
        self.batch_size = batch_size
        self.cache_size = cache_size
        self.scale = scale
        self.device = device
        self._encoder: SentenceTransformer | None = None
        self._cache: OrderedDict[str, np.ndarray] = OrderedDict()
        self._lock = threading.Lock()

    def __reduce__(self) -> tuple[Any, ...]:
        options: dict[str, Any] = {
            "batch_size": self.batch_size,
            "cache_size": self.cache_size,
            "scale": self.scale,
            "device": self.device,
        }
        return functools.partial(type(self), self.model, **options), ()

    def __call__(
        self,
        *,
        prompts: Sequence[Any],
        completions: Sequence[Any],
        answer: Sequence[str],
        metadata: Sequence[str] | None = None,
        **columns: Any,
    ) -> list[float | None]:
        """Score each completion."""
        answered = [text(completion).strip() for completion in completions]
        accepted = [
            [reference.strip() for reference in row if reference.strip()]
            for row in references(answer, metadata)
        ]
        # Nothing is close to an empty text.
        pairs = [
            (completion, row if completion else [])
            for completion, row in zip(answered, accepted, strict=True)
        ]
        distinct = dict.fromkeys(t for completion, row in pairs if row for t in (completion, *row))
        with self._lock:
            embeddings = self._embed(distinct)
        return [
            max(
                (self._score(embeddings[completion], embeddings[other]) for other in row),
                default=0.0,
            )
            for completion, row in pairs
        ]

    def _score(self, first: np.ndarray, second: np.ndarray) -> float:
        cosine = float(first @ second)
        score = cosine if self.scale == "clip" else (1.0 + cosine) / 2.0
        return min(max(score, 0.0), 1.0)

    def _embed(self, distinct: Iterable[str]) -> dict[str, np.ndarray]:
        """Unit embeddings of distinct texts, from the cache where possible."""
        embeddings: dict[str, np.ndarray] = {}
        missing = []
        for sentence in distinct:
            known = self._cache.get(sentence)
            if known is None:
                missing.append(sentence)
            else:
                embeddings[sentence] = known
                self._cache.move_to_end(sentence)
        if missing:
            if self._encoder is None:
                self._encoder = load_encoder(self.model, device=self.device)
            encoded = embed(self._encoder, missing, batch_size=self.batch_size)
            embeddings.update(zip(missing, encoded, strict=True))
            # Copies: a row of `encoded` would keep the whole array alive.
            self._cache.update((sentence, embeddings[sentence].copy()) for sentence in missing)
            while len(self._cache) > self.cache_size:
                self._cache.popitem(last=False)
        return embeddings
