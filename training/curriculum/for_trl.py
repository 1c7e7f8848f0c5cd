"""A curriculum for TRL's `GRPOTrainer` and `RLOOTrainer`, in three lines."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from ...domains import Domain
from ...rewards import Reward
from ...students import columns as task_columns
from .arguments import set_arguments
from .measures import Ledger
from .scoring import Scoring, check_columns, resolve_reward
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
        if system_prompt is not None and not chat:
            raise ValueError("system_prompt is for chats: give chat=True too")
        self._chat, self._system_prompt = chat, system_prompt
        scores = resolve_reward(self.source.reward if reward is None else reward)
        check_columns(scores, self.source.columns)
        self._ledger = Ledger()
        self._scoring = Scoring(self, self._ledger, scores)
        self._callback: CurriculumCallback | None = None

    @property
    def batch(self) -> int:
        """How many rows are asked for at once: the tasks of a generation batch."""
        return self._ledger.batch

    @batch.setter
    def batch(self, rows: int) -> None:
        self._ledger.batch = rows

    @property
    def reward(self) -> Scoring:
        """A reward function for TRL that scores and tells; it has the name of the reward.

        Rows that the curriculum did not give, such as those of an evaluation, are only scored.
        """
        return self._scoring

    @property
    def callback(self) -> CurriculumCallback:
        """The trainer's callback: checks, checkpoints, and the log that a report is made from."""
        if self._callback is None:
            from .callback import make_callback

            self._callback = make_callback(self, self._ledger)
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
