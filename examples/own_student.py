"""A student of your own: three methods, nothing to inherit.

This one knows how to do something once it was shown often enough: it remembers how many tasks of
each topic it has studied. Run it with ``python examples/own_student.py``, or from this
folder on the command line: ``teachgym teach --student own_student:Rote``.
"""

import json
import tempfile
from collections import Counter
from pathlib import Path

import numpy as np

from teachgym.experiments import compare, teach
from teachgym.students import Study, columns


class Rote:
    """Answers right what it has practised often: more often the harder it is."""

    def reset(self, *, seed=None):
        """Forget everything."""
        self.practised = Counter()

    def answer(self, tasks):
        """Sit an exam: one answer per task, and nothing is learned."""
        return [task.answer if self.knows(task) else "?" for task in tasks]

    def study(self, tasks, reward):
        """Answer, be scored, and learn from it."""
        answers = self.answer(tasks)
        scores = reward(
            prompts=[task.prompt for task in tasks], completions=answers, **columns(tasks)
        )
        for task in tasks:
            self.practised[task.topic] += 1
        return Study([[answer] for answer in answers], np.array(scores, dtype=float)[:, None])

    def knows(self, task):
        """Whether the topic was practised enough for a task of this difficulty."""
        return self.practised[task.topic] > 40 * task.difficulty

    # With these two, which are optional, a run that was killed can be resumed.

    def save(self, folder):
        """Write what was learned."""
        (Path(folder) / "rote.json").write_text(json.dumps(self.practised))

    def load(self, folder):
        """Read it back."""
        known = json.loads((Path(folder) / "rote.json").read_text())
        self.practised = Counter({int(topic): count for topic, count in known.items()})


def main():
    """Teach it, then compare two teachers on it."""
    with tempfile.TemporaryDirectory() as folder:
        result = teach("Strings", Rote, "uniform", budget=60, out=f"{folder}/one")
        print(f"taught by uniform: exam {result.first:.3f} to {result.final:.3f}")
        comparison = compare(
            ["uniform", "progression"], range(3), "Strings", Rote, budget=60, out=f"{folder}/two"
        )
        for label in comparison.labels:
            finals = [run.final for run in comparison.runs(label)]
            print(f"{label}: final exams {', '.join(f'{final:.3f}' for final in finals)}")


if __name__ == "__main__":
    main()
