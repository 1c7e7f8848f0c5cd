"""A curriculum for TRL's `GRPOTrainer` and `RLOOTrainer`, in three lines."""

from __future__ import annotations

import asyncio
import hashlib
import inspect
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from ...domains import Domain
from ...rewards import Reward, make_reward, reward_name
from ...rewards.checks import validate
from ...students import columns as task_columns
from .arguments import set_arguments
from .feedback import Feedback
from .measures import PREFIX, measures, teacher_entropy
from .packing import to_text
from .processes import check_agreement, gather, process_count, raise_first
from .rows import ARM, ROW
from .sources import DomainSource, Source
from .stream import TaskStream, TeacherLike

if TYPE_CHECKING:
    from datasets import Dataset, IterableDataset

    from .callback import CurriculumCallback

T = TypeVar("T")


class Curriculum(TaskStream):
    """Lets a teacher choose what a TRL run trains on.

    Beside plain TRL it takes three lines::

        curriculum = Curriculum("strings", "learnability")
        trainer = GRPOTrainer(
            model,
            args=curriculum.args(config),
            reward_funcs=curriculum.reward,
            train_dataset=curriculum.dataset(),
            callbacks=[curriculum.callback],  # these three together: **curriculum.parts()
        )

    The data set is a stream without end that asks the teacher for the next batch; the reward scores
    the answers and tells the teacher. Generation, advantages and loss are TRL's own and untouched.
    accelerate fetches one batch ahead, so the teacher chooses before it has heard of the batch that
    is trained on meanwhile; `CurriculumGRPOTrainer` does without that.

    Under ``accelerate launch`` every process holds the same curriculum; scores are gathered before
    the teachers learn, so that they stay identical. The state travels in the trainer's checkpoints.

    Args:
        data: A domain or its name, a table (path, `datasets.Dataset`, list of mappings), or a
            `Source`, as `TaskStream` takes it.
        teacher: A teacher's name, a teacher, or a callable that makes one for an action space.
        reward: A reward's name, or a function as TRL takes it; scores must be in [0, 1], None where
            it does not apply. By default the domain's own.
        seed: Seeds the teacher, if it is made here, and the tasks.
        teacher_options: Keyword arguments of a teacher that is given by name.
        chat: Whether prompts that are texts are given as a user's message, for models with a chat
            template.
        system_prompt: What a chat begins with, if anything.
        options: How arms are made, see `make_source`.

    Raises:
        ValueError: For data, names or options that do not fit.
        TypeError: For data, a teacher or a reward of another kind.

    Attributes:
        batch: How many rows are asked for at once: the tasks of a generation batch.
        started: Whether a trainer has begun with the curriculum's callback.
        tally: What was taught since the last entry of the log, by arm: tasks, tasks with a score,
            and the sum of the scores.
    """

    def __init__(
        self,
        data: Source | Domain | str | os.PathLike[str] | Iterable[Mapping[str, Any]],
        teacher: TeacherLike = "learnability",
        reward: str | Reward | None = None,
        *,
        seed: int = 0,
        teacher_options: Mapping[str, Any] | None = None,
        chat: bool = False,
        system_prompt: str | None = None,
        **options: Any,
    ) -> None:
        super().__init__(data, teacher, seed=seed, teacher_options=teacher_options, **options)
        self._reward = _make_reward(self.source.reward if reward is None else reward)
        if system_prompt is not None and not chat:
            raise ValueError("system_prompt is for chats: give chat=True too")
        self._chat, self._system_prompt = chat, system_prompt
        self._scoring = _Scoring(self)
        self._callback: CurriculumCallback | None = None
        self.batch = 1
        self.started = False
        self.tally: dict[int, list[float]] = {}

    @property
    def reward(self) -> Any:
        """A reward function for TRL that scores and tells; it has the name of the reward.

        Rows that the curriculum did not give, such as those of an evaluation, are only scored.
        """
        return self._scoring

    @property
    def callback(self) -> CurriculumCallback:
        """The trainer's callback: checks, checkpoints, and the log that a report is made from."""
        if self._callback is None:
            from .callback import make_callback

            self._callback = make_callback(self)
        return self._callback

    def args(self, config: T) -> T:
        """A copy of the trainer's configuration with what a curriculum needs.

        Args:
            config: A `trl.GRPOConfig` or `trl.RLOOConfig`.

        Raises:
            TypeError: For a configuration of another trainer.
            ValueError: For choices that would destroy the curriculum; it says why.
        """
        fields: Any = set_arguments(config, self.source.size)
        self.batch = fields.generation_batch_size // fields.num_generations
        return fields

    def dataset(self) -> IterableDataset:
        """The training data: a stream without end, in batches that the teacher chooses.

        Each time it is iterated over it begins with the rows that were asked for and not told
        about: those that a crash has left over.
        """
        from datasets import IterableDataset

        return IterableDataset.from_generator(_Stream(self))

    def parts(self) -> dict[str, Any]:
        """The trainer's ``reward_funcs``, ``train_dataset`` and ``callbacks``, to be unpacked."""
        return {
            "reward_funcs": [self.reward],
            "train_dataset": self.dataset(),
            "callbacks": [self.callback],
        }

    def exam(self, size: int, seed: int = 0) -> Dataset:
        """Held-out tasks of the domain, for ``eval_dataset``: they are scored, and not told about.

        Args:
            size: How many.
            seed: The same seed gives the same exam.

        Raises:
            ValueError: If the tasks do not come from a domain.
        """
        from datasets import Dataset

        if not isinstance(self.source, DomainSource):
            raise ValueError("only domains hold an exam out; keep rows of the table for yourself")
        tasks = self.source.domain.exam(size, seed)
        prompts = [self.frame(task.prompt) for task in tasks]
        return Dataset.from_dict({"prompt": prompts, **task_columns(tasks)})

    def frame(self, prompt: Any) -> Any:
        """A prompt as the model takes it: as it is, or the messages of a chat."""
        if not self._chat or not isinstance(prompt, str):
            return prompt
        system = [{"role": "system", "content": self._system_prompt}] if self._system_prompt else []
        return [*system, {"role": "user", "content": prompt}]

    def framed(self, rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Rows with their prompts as the model takes them."""
        return [{**row, "prompt": self.frame(row["prompt"])} for row in rows]

    def agree(self) -> None:
        """Compare set-up and state with the other processes.

        Raises:
            RuntimeError: Where one differs.
        """
        if process_count() > 1:
            state = hashlib.blake2b(to_text(self.state_dict()).encode(), digest_size=16)
            mine = {"its set-up": self.identity(), "the hash of its state": state.hexdigest()}
            check_agreement(gather(mine))

    def score(
        self, prompts: Sequence[Any], completions: Sequence[Any], columns: dict[str, Any]
    ) -> list[float | None]:
        """What `reward` does: score completions, and tell how the curriculum's own rows went."""
        numbers = columns.pop(ROW, None) or [None] * len(completions)
        columns.pop(ARM, None)
        ours = [i for i, number in enumerate(numbers) if number is not None]
        if not ours:
            return self._scores(prompts, completions, columns)
        if columns.get("trainer_state") is not None and not self.started:
            raise ValueError(
                "the trainer does not know the curriculum's callback, without which checkpoints "
                "lack its state: pass callbacks=[curriculum.callback]"
            )
        values: list[float | None] = []
        failure: Exception | None = None
        try:
            values = self._scores(prompts, completions, columns)
        except Exception as error:  # the other processes would wait for this one
            failure = error
        told = [(numbers[i], values[i]) for i in ours] if failure is None else []
        views = gather((self.digest, told, None if failure is None else repr(failure)))
        if failure is not None:
            raise failure
        raise_first([error for _, _, error in views])
        check_agreement([{"its history": digest} for digest, _, _ in views])
        self._hear_all([pair for _, pairs, _ in views for pair in pairs], columns.get("log_metric"))
        return values

    def _scores(
        self, prompts: Sequence[Any], completions: Sequence[Any], columns: Mapping[str, Any]
    ) -> list[float | None]:
        result: Any = self._reward(prompts=prompts, completions=completions, **columns)
        if inspect.isawaitable(result):
            result = asyncio.run(_awaited(result))
        return validate(reward_name(self._reward), result, len(completions))

    def _hear_all(self, pairs: Sequence[tuple[int, float | None]], log_metric: Any) -> None:
        if not self.heard and all(score is None for _, score in pairs):
            raise ValueError(
                f"reward {reward_name(self._reward)!r} returned None for all {len(pairs)} "
                "completions of the first batch, so that there is nothing to teach by; it must "
                "score at least some of these tasks"
            )
        feedback = self.tell([number for number, _ in pairs], [score for _, score in pairs])
        self._count(feedback)
        if log_metric is not None and len(feedback.arms):
            for name, value in measures(self.source, feedback, self.batch).items():
                log_metric(name, value)
            spread = teacher_entropy(self.teacher, self.recent_arms, self.source.arms)
            log_metric(f"{PREFIX}/entropy", spread)

    def _count(self, feedback: Feedback) -> None:
        """Add to what was taught since the last entry of the log."""
        for arm, score in zip(feedback.arms.tolist(), feedback.scores.tolist(), strict=True):
            entry = self.tally.setdefault(arm, [0, 0, 0.0])
            entry[0] += 1
            if not np.isnan(score):
                entry[1] += 1
                entry[2] += score


class _Scoring:
    """The reward function that TRL sees."""

    def __init__(self, curriculum: Curriculum) -> None:
        self._curriculum = curriculum
        self.__name__ = reward_name(curriculum._reward)

    def __call__(
        self, *, prompts: Sequence[Any], completions: Sequence[Any], **columns: Any
    ) -> list[float | None]:
        return self._curriculum.score(prompts, completions, columns)


class _Stream:
    """The generator that a `datasets.IterableDataset` is made from."""

    def __init__(self, curriculum: Curriculum) -> None:
        self._curriculum = curriculum

    def __call__(self) -> Iterator[dict[str, Any]]:
        curriculum = self._curriculum
        yield from curriculum.framed(curriculum.pending)
        while True:
            yield from curriculum.framed(curriculum.ask(curriculum.batch))

    def __deepcopy__(self, memo: Any) -> _Stream:
        return self  # a copied data set must go on asking the curriculum that is told

    def __reduce__(self) -> tuple[Any, ...]:
        # datasets hashes the generator for a name, which is never used again. A curriculum changes
        # and may hold what can't be pickled; one name for all leaves one file in its cache.
        return (_Stream, (None,))


async def _awaited(result: Any) -> Any:
    return await result


def _make_reward(reward: str | Reward | None) -> Reward:
    if reward is None:
        raise ValueError(
            "give reward=: the name of a reward, such as 'exact_match', or a function that takes "
            "prompts, completions and the data's columns"
        )
    if isinstance(reward, str):
        return make_reward(reward)
    if inspect.isclass(reward) or not callable(reward):
        raise TypeError(f"reward must be a name or a function as TRL takes it, not {reward!r:.80}")
    return reward
