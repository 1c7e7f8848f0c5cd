"""Thousands of simulated students as one Gymnasium vector environment."""

from __future__ import annotations

from typing import Any, ClassVar

import gymnasium as gym
import numpy as np
from gymnasium.vector import AutoresetMode
from gymnasium.vector.utils import batch_space

from ...core.checks import at_least
from ...core.streams import Streams
from ..documentation import with_options
from .batch import StudentBatch, checked_looks, merged, only
from .single import check_names, check_render_mode


class SimulatedVectorEnv(gym.vector.VectorEnv[np.ndarray, Any, np.ndarray]):
    """A batch whose students begin anew in the step that ends their episode.

    The law is that of the single environment, for all students at once. Autoreset is SAME_STEP: the
    step that ends a student's episode returns the first observation of the next one, and the last
    observation and info of the old one as ``info["final_obs"]`` (an object array, None for the
    others) and ``info["final_info"]``, with masks ``_final_obs`` and ``_final_info``.

    Arrays that were returned are never changed later.

    Args:
        num_envs: Number of students.
        max_episode_steps: Lessons after which an episode is truncated, None for no limit but the
            budget.
        render_mode: Only None: there is nothing to look at.
        options: Arguments of the batch.

    Raises:
        ValueError: For an unknown argument.

    Attributes:
        batch: The law of this environment.
    """

    metadata: dict[str, Any] = {  # noqa: RUF012
        "render_modes": [],
        "autoreset_mode": AutoresetMode.SAME_STEP,
    }
    batch_type: ClassVar[type[StudentBatch]]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.__signature__ = with_options(cls, cls.batch_type)  # type: ignore[attr-defined]

    def __init__(
        self,
        num_envs: int = 1,
        *,
        max_episode_steps: int | None = None,
        render_mode: None = None,
        **options: Any,
    ) -> None:
        check_render_mode(render_mode)
        check_names(self.batch_type, options)
        self.batch = self.batch_type(num_envs, **options)
        self.num_envs = self.batch.size
        self.max_episode_steps = (
            None
            if max_episode_steps is None
            else at_least("max_episode_steps", max_episode_steps, 1)
        )
        self.single_action_space = self.batch.action_space
        self.action_space = _batched(self.single_action_space, self.num_envs)
        self.single_observation_space = self.batch.observation_space
        self.observation_space = _batched(self.single_observation_space, self.num_envs)
        self._streams = Streams("starts", "lessons")
        self._ready = False
        self._looks_next: np.ndarray | None = None

    @property
    def action_facts(self) -> dict[str, Any]:
        """What the environment knows of its actions, see `TeachingEnv.action_facts`."""
        return self.batch.action_facts

    def look_next(self, mask: Any = True) -> None:
        """Make the next step a look for some students, who answer and are scored, but do not learn.

        It holds for the next step alone, also if that is refused, see `TeachingEnv.look_next`.

        Args:
            mask: Who looks, bools of shape (num_envs,); True is everybody, False nobody.

        Raises:
            TypeError: If it does not hold bools.
            ValueError: If it has another shape.
        """
        mask = np.full(self.num_envs, mask) if isinstance(mask, bool | np.bool_) else mask
        looks = checked_looks(mask, self.num_envs)
        self._looks_next = None if looks is None else looks.copy()

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[np.ndarray, dict[str, Any]]:
        """Begin new episodes.

        Args:
            seed: Seeds the two generators that all students share, one for untaught students and
                one for answers and learning; None continues with them.
            options: ``{"reset_mask": mask}``, a bool array of shape (num_envs,), resets only the
                students that it marks; the others stay where they are.

        Returns:
            All students' observations, and the info of those that were reset.

        Raises:
            gymnasium.error.ResetNeeded: If the first reset is a partial one.
            TypeError: If the mask is no bool array.
            ValueError: If its shape is wrong, or it marks nobody.
        """
        mask = None if options is None else options.get("reset_mask")
        if mask is not None:
            _check_mask(mask, self.num_envs)
            if not self._ready and not mask.all():
                raise gym.error.ResetNeeded("reset all students before you reset some of them")
        self._looks_next = None
        super().reset(seed=seed, options=options)
        self._streams.reset(seed, self.np_random_seed)
        info = self.batch.reset(self._streams["starts"], mask)
        self._ready = True
        return self.batch.observe(), info

    def step(
        self, actions: Any
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, dict[str, Any]]:
        """Give each student a lesson; who ends an episode begins the next one.

        Returns:
            Observations, rewards (float32), terminations and truncations (bool), and the info.

        Raises:
            gymnasium.error.ResetNeeded: Before the first reset.
            TypeError: For actions that are no numbers of the right kind; and if some look and
                others learn where the students' model can't do that.
            ValueError: For actions of another shape, or outside the space.
        """
        looks, self._looks_next = self._looks_next, None
        if not self._ready:
            raise gym.error.ResetNeeded("call reset before step")
        batch = self.batch
        rewards, terminated, info = batch.step(actions, self._streams["lessons"], looks)
        if self.max_episode_steps is None:
            truncated = np.zeros(self.num_envs, dtype=bool)
        else:
            truncated = batch.lessons >= self.max_episode_steps
        ended = terminated | truncated
        if not ended.any():
            return batch.observe(), rewards, terminated, truncated, info
        last = batch.observe()[... if ended.all() else ended]
        final_obs = np.full(self.num_envs, None, dtype=object)
        final_obs[ended] = np.fromiter(last, dtype=object, count=len(last))
        final: dict[str, Any] = {
            "final_obs": final_obs,
            "_final_obs": ended.copy(),
            "final_info": only(info, ended),
            "_final_info": ended,
        }
        fresh = batch.reset(self._streams["starts"], ended)
        both = {**merged(only(info, ~ended), fresh), **final}
        return batch.observe(), rewards, terminated, truncated, both


def _batched(space: gym.Space, size: int) -> gym.Space:
    """`batch_space`, but with one copy of the bounds for all: else most of the memory is theirs."""
    batch = batch_space(space, size)
    if isinstance(space, gym.spaces.Box):
        for name in ("low", "high", "bounded_below", "bounded_above"):
            setattr(batch, name, np.broadcast_to(getattr(space, name), (size, *space.shape)))
    return batch


def _check_mask(mask: Any, size: int) -> None:
    """Raise TypeError or ValueError unless the mask marks some of the students."""
    if not isinstance(mask, np.ndarray) or mask.dtype != np.bool_:
        raise TypeError(
            "options['reset_mask'] must be a NumPy array of bool, not "
            f"{getattr(mask, 'dtype', type(mask).__name__)}"
        )
    if mask.shape != (size,):
        raise ValueError(f"options['reset_mask'] must have shape ({size},), not {mask.shape}")
    if not mask.any():
        raise ValueError("options['reset_mask'] must mark at least one student")
