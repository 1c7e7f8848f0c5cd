"""R-IAC: a tree of regions, cut where learning progress differs."""

from __future__ import annotations

from typing import Any, NamedTuple

import gymnasium as gym
import numpy as np

from ...core import checks
from ...core.spaces import points
from ..arm_teacher import draw, normalise
from ..checked import CheckedTeacher
from ..rows import Rows

KNOWN_BEFORE_PROGRESS = 2
"""Progress is 0 until more samples than this are known, as in the authors' code (teachDeepRL)."""

SHARES = (0.7, 0.2)
"""Share of tasks drawn in a region by its progress, and in the whole space; the rest is a task near
the worst one of a region (Baranes and Oudeyer 2009)."""

NUDGE = 0.1
"""Standard deviation of the noise on a region's worst task, in units of the space's width."""

ROUNDING = 1e-9
"""By how much a side may fall short of the least one: cells are 1/n long only up to rounding."""

MARGIN = 1e-5
"""How far below its upper bounds a task near the worst one stays, so that it lies in one region."""


def learning_progress(scores: np.ndarray) -> float:
    """|mean of the older half - mean of the newer half|; the middle one of an odd number is older.

    Args:
        scores: Shape (n,), oldest first.

    Returns:
        0 while n is at most `KNOWN_BEFORE_PROGRESS`.
    """
    n = len(scores)
    if n <= KNOWN_BEFORE_PROGRESS:
        return 0.0
    newer = n // 2
    recent = float(np.add.reduce(scores[-newer:]))
    return abs((float(np.add.reduce(scores)) - recent) / (n - newer) - recent / newer)


class Cut(NamedTuple):
    """Where a region is cut in two.

    Attributes:
        axis: Coordinate.
        threshold: Tasks below it go to the first part.
    """

    axis: int
    threshold: float


def best_cut(
    samples: np.ndarray,
    axes: np.ndarray,
    thresholds: np.ndarray,
    low: np.ndarray,
    high: np.ndarray,
    *,
    least_samples: int,
    least_side: float,
) -> Cut | None:
    """The candidate with the largest n1 * n2 * ``|ALP1 - ALP2|`` (Baranes and Oudeyer 2009).

    n1 and n2 are the numbers of samples on both sides, ALP1 and ALP2 their `learning_progress`.

    Args:
        samples: Shape (n, d + 1): rows [task, score], oldest first.
        axes: Shape (candidates,), integers in 0..d-1.
        thresholds: Shape (candidates,), within the bounds.
        low: Shape (d,): lower bounds of the region.
        high: Shape (d,): upper bounds.
        least_samples: How many samples each side must have.
        least_side: How long each side must be along the axis.

    Returns:
        None if no candidate leaves enough samples and length on both sides. The first one of those
        that tie.
    """
    below = samples[:, axes].T < thresholds[:, None]
    sides = np.stack([below, ~below])  # (2, candidates, n)
    counts = sides.sum(axis=2)
    lengths = np.stack([thresholds - low[axes], high[axes] - thresholds])
    valid = np.all((counts >= least_samples) & (lengths >= least_side - ROUNDING), axis=0)
    if not valid.any():
        return None
    # Counted from the newest, the first half of each side is its newer one.
    place = np.cumsum(sides[:, :, ::-1], axis=2)[:, :, ::-1]
    newer = sides & (place <= counts[:, :, None] // 2)
    older = sides & ~newer
    scores = samples[:, -1]
    means = [(half @ scores) / np.maximum(half.sum(axis=2), 1) for half in (older, newer)]
    progress = np.where(counts > KNOWN_BEFORE_PROGRESS, np.abs(means[0] - means[1]), 0.0)
    gains = counts[0] * counts[1] * np.abs(progress[0] - progress[1])
    chosen = int(np.argmax(np.where(valid, gains, -1.0)))
    return Cut(int(axes[chosen]), float(thresholds[chosen]))


class Region:
    """A box of tasks, with the latest samples in it; its first child's index is 0 if it is a leaf.

    Args:
        low: Shape (d,): lower bounds.
        high: Shape (d,): upper bounds.
        limit: How many samples are kept.
    """

    def __init__(self, low: np.ndarray, high: np.ndarray, limit: int) -> None:
        self.low, self.high = low, high
        self.samples = Rows(len(low) + 1, limit)
        self.child, self.cut = 0, Cut(0, 0.0)


class RIAC(CheckedTeacher):
    """R-IAC: cuts the space into regions of different learning progress (Baranes, Oudeyer 2009).

    "R-IAC: Robust Intrinsically Motivated Exploration and Active Learning" (IEEE Transactions on
    Autonomous Mental Development 1(3)), in the form of Portelas et al. (2019, arXiv 1910.07224). A
    binary tree of regions covers the space. Each region keeps its last `region_size` + 1 samples
    (task, score); its absolute learning progress (ALP) is the distance between the mean score of
    the older and of the newer half of the last `region_size`. A leaf with more samples than that is
    cut in two: of `attempts` random cuts the one with the largest n1 * n2 * ``|ALP1 - ALP2|``; if
    none is valid the oldest quarter of its samples is dropped. 70% of the tasks are drawn uniformly
    from a region, leaf or not, drawn in proportion to its ALP; 20% from the whole space; 10% are
    the worst task of a region drawn so, plus Gaussian noise of 0.1 of the width, within the region.

    Unlike in the authors' code (teachDeepRL), a cut is judged by the numbers of samples too, and a
    new region starts with the ALP of its own samples; see Baranes and Oudeyer for both.

    In a discrete space a task is the centre of its cell, and cuts run between cells.

    Args:
        action_space: A bounded ``Box``, a ``MultiDiscrete([topics, levels])``, or a ``Discrete``
            with `levels`.
        seed: Seeds the teacher's own generator.
        region_size: How many samples a leaf holds at most, at least 4.
        attempts: How many random cuts are tried.
        least_samples: How many samples each side of a cut must have; None: a twentieth of
            `region_size`.
        least_side: How long each side of a cut must be, as a share of the space's width, in (0, 1].
        max_regions: No leaf is cut if there would be more regions than this, which bounds memory;
            None: as many as `least_side` leaves room for.
        levels: Number of ordered levels per topic, for a ``Discrete`` space.
    """

    needs_levels = True
    state_fields = ("tree", "samples")
    growing_fields = ("tree", "samples")

    def __init__(
        self,
        action_space: gym.Space,
        *,
        seed: int | None = None,
        region_size: int = 200,
        attempts: int = 50,
        least_samples: int | None = None,
        least_side: float = 1 / 15,
        max_regions: int | None = None,
        levels: int | None = None,
    ) -> None:
        super().__init__(action_space, seed=seed)
        self.points = points(action_space, levels=levels)
        self.cells = self.points.shape
        self.region_size = checks.whole("region_size", region_size, 4)
        self.attempts = checks.whole("attempts", attempts)
        if least_samples is None:
            least_samples = max(self.region_size // 20, 1)
        self.least_samples = checks.whole("least_samples", least_samples)
        self.least_side = checks.rate("least_side", least_side)
        if max_regions is not None:
            max_regions = checks.whole("max_regions", max_regions)
        self.max_regions = max_regions
        axes = self.points.dimensions
        self.regions = [Region(np.zeros(axes), np.ones(axes), self.region_size + 1)]
        self.progress = np.zeros(1)

    @property
    def tree(self) -> np.ndarray:
        """The regions, shape (regions, 2 d + 3): [low, high, first child or 0, axis, threshold].

        The second child follows the first.
        """
        return np.array([np.concatenate([r.low, r.high, [r.child, *r.cut]]) for r in self.regions])

    @tree.setter
    def tree(self, rows: np.ndarray) -> None:
        axes = self.points.dimensions
        self.regions = []
        for row in rows:
            region = Region(row[:axes].copy(), row[axes:-3].copy(), self.region_size + 1)
            region.child, region.cut = int(row[-3]), Cut(int(row[-2]), float(row[-1]))
            self.regions.append(region)
        self.progress = np.zeros(len(rows))

    @property
    def samples(self) -> np.ndarray:
        """The samples of all regions, shape (n, d + 2): [region, task, score]."""
        return np.concatenate(
            [np.insert(r.samples.array, 0, i, axis=1) for i, r in enumerate(self.regions)]
        )

    @samples.setter
    def samples(self, rows: np.ndarray) -> None:
        for index, region in enumerate(self.regions):
            region.samples.replace(rows[rows[:, 0] == index, 1:])
            self._measure(index)

    def probabilities(self) -> np.ndarray:
        """The chance of each region: proportional to its ALP, uniform if all are 0; (regions,)."""
        return normalise(self.progress)

    def act(self, observation: Any = None) -> Any:
        """Draw a region and a task in it, a task anywhere, or one near a region's worst."""
        kind = self.rng.random()
        region = self.regions[0]
        if not SHARES[0] <= kind < sum(SHARES):
            region = self.regions[draw(self.probabilities(), self.rng)]
        if kind >= sum(SHARES) and len(region.samples):
            known = region.samples.array
            worst = known[np.argmin(known[:, -1]), :-1]
            task = worst + NUDGE * self.rng.standard_normal(len(worst))
            return self.points.action(np.clip(task, region.low, region.high - MARGIN))
        part = self.rng.random(self.points.dimensions)
        return self.points.action(region.low + part * (region.high - region.low))

    def observe(
        self,
        action: Any,
        score: float,
        *,
        observation: Any = None,
        reward: float | None = None,
        scores: Any = None,
    ) -> None:
        """Add the lesson to the regions that hold its task, and cut the leaf if it is full."""
        checked = self.check(action, score)
        point = self.points.point(action)
        sample = np.append(point, checked)
        index = 0
        while True:
            region = self.regions[index]
            region.samples.append(sample)
            self._measure(index)
            if region.child == 0:
                break
            index = region.child + int(point[region.cut.axis] >= region.cut.threshold)
        room = self.max_regions is None or len(self.regions) + 2 <= self.max_regions
        if room and len(region.samples) > self.region_size:
            self._cut(index)

    def _measure(self, index: int) -> None:
        scores = self.regions[index].samples.array[:, -1]
        self.progress[index] = learning_progress(scores[-self.region_size :])

    def _cut(self, index: int) -> None:
        region = self.regions[index]
        samples = region.samples.array
        axes = self.rng.integers(self.points.dimensions, size=self.attempts)
        low, high = region.low[axes], region.high[axes]
        thresholds = low + self.rng.random(self.attempts) * (high - low)
        if self.cells:
            sizes = np.array(self.cells)[axes]
            thresholds = np.round(thresholds * sizes) / sizes
        cut = best_cut(
            samples,
            axes,
            thresholds,
            region.low,
            region.high,
            least_samples=self.least_samples,
            least_side=self.least_side,
        )
        if cut is None:
            region.samples.replace(samples[self.region_size // 4 :].copy())
            self._measure(index)
            return
        below = samples[:, cut.axis] < cut.threshold
        low, high = region.low.copy(), region.high.copy()
        low[cut.axis] = high[cut.axis] = cut.threshold
        region.child, region.cut = len(self.regions), cut
        self.progress = np.append(self.progress, (0.0, 0.0))
        for bounds, inside in (((region.low, high), below), ((low, region.high), ~below)):
            child = Region(*bounds, self.region_size + 1)
            child.samples.replace(samples[inside])
            self.regions.append(child)
            self._measure(len(self.regions) - 1)
