"""The trainer's callback: what a curriculum needs to hear of a run, and leaves in it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from transformers import TrainerCallback
from transformers.trainer_callback import ExportableState

from ...core.state import from_text, to_text
from .arguments import check_arguments
from .measures import LOG, Ledger
from .stream import TaskStream, agree


class CurriculumCallback(TrainerCallback, ExportableState):
    """Checks the configuration, keeps the state in checkpoints, and writes a log.

    The state is asked for by the trainer while it writes a checkpoint, and goes into its
    ``trainer_state.json``, the file that is written last and that a resumed run needs: a checkpoint
    that can be resumed has it. (``on_save`` comes after that, too late for a crash between.)
    """

    stream: TaskStream
    ledger: Ledger

    def state(self) -> dict[str, Any]:
        """What goes into a checkpoint; transformers wants these two keys."""
        saved = to_text({"stream": self.stream.state_dict(), "tally": self.ledger.state_dict()})
        return {"args": {}, "attributes": {"saved": saved}}

    def on_train_begin(self, args: Any, state: Any, control: Any, **rest: Any) -> None:
        """Check, resume, and see whether all processes agree.

        Raises:
            ValueError: For a configuration with which a curriculum can't work, or a checkpoint of
                another curriculum.
            RuntimeError: If processes disagree.
        """
        check_arguments(args, self.stream.source.size)
        if state.global_step > 0:
            self._resume(state.stateful_callbacks)
        agree(self.stream)
        self.ledger.begin(args.generation_batch_size // args.num_generations)
        if state.is_world_process_zero:
            self._begin_log(Path(args.output_dir), state.global_step)

    def on_pre_optimizer_step(self, args: Any, state: Any, control: Any, **rest: Any) -> None:
        """See that the rows are the curriculum's and that it hears of them, before any step.

        Raises:
            ValueError: If not.
        """
        if not self.ledger.scored:
            raise ValueError(
                "no row of the curriculum was scored by its reward, so that it learns nothing: "
                "give the trainer both train_dataset=curriculum.dataset() and "
                "reward_funcs=[curriculum.reward], or **curriculum.parts()"
            )

    def _resume(self, callbacks: dict[str, Any]) -> None:
        entry = callbacks.get(type(self).__name__)
        if isinstance(entry, list):
            raise ValueError("a run can have one curriculum, and this checkpoint has several")
        saved = (entry or {}).get("attributes", {}).get("saved")
        if saved is None:
            raise ValueError(
                "the checkpoint has no state of a curriculum, so it was trained without this "
                "callback; start anew, or resume without the curriculum"
            )
        state = from_text(saved)
        self.stream.load_state_dict(state["stream"])
        self.ledger.load_state_dict(state["tally"])

    def on_log(
        self, args: Any, state: Any, control: Any, logs: dict[str, Any] | None = None, **rest: Any
    ) -> None:
        """Write what was logged, and what was taught since the last entry."""
        if not state.is_world_process_zero:
            return
        numbers = {name: value for name, value in (logs or {}).items() if _is_number(value)}
        taught = self.ledger.taken()
        line = json.dumps({"step": state.global_step, "taught": taught, "logs": numbers})
        with (Path(args.output_dir) / LOG).open("a", encoding="utf-8") as log:
            log.write(line + "\n")

    def _begin_log(self, folder: Path, step: int) -> None:
        """Start the file; of a run that is resumed, keep what came before the checkpoint."""
        source = self.stream.source
        header = {
            "topics": list(source.topics),
            "levels": source.levels,
            "teacher": type(self.stream.teacher).__name__,
            "source": source.identity(),
        }
        path = folder / LOG
        kept = []
        if step > 0 and path.is_file():
            lines = path.read_text(encoding="utf-8").splitlines()[1:]
            kept = [line for line in lines if (at := step_of(line)) is not None and at <= step]
        folder.mkdir(parents=True, exist_ok=True)
        content = "".join(line + "\n" for line in [json.dumps(header), *kept])
        part = path.with_suffix(".part")
        part.write_text(content, encoding="utf-8")
        part.replace(path)


def step_of(line: str) -> int | None:
    """The step of a line of the log; None for the part of a line that a crash left."""
    try:
        return int(json.loads(line)["step"])
    except (ValueError, KeyError, TypeError):
        return None


def make_callback(stream: TaskStream, ledger: Ledger) -> CurriculumCallback:
    """The callback of a curriculum and of the ledger of its run.

    Of a class of its own: with ``restore_callback_states_from_checkpoint`` transformers replaces
    callbacks by new ones that it makes from their class.
    """
    return type("CurriculumCallback", (CurriculumCallback,), {"stream": stream, "ledger": ledger})()


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and value == value and abs(value) != float("inf")
