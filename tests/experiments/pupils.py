"""Students for tests, importable by the processes that tests start."""

import errno
import os
import signal

import numpy as np

from teachgym.students import SimulatedAnswerer, Study, columns


class Plain:
    """Three methods, nothing else; it learns a topic by one lesson."""

    def reset(self, *, seed=None):
        self.known = set()

    def answer(self, tasks):
        return [task.answer if task.topic in self.known else "<b>?</b>" for task in tasks]

    def study(self, tasks, reward):
        answers = self.answer(tasks)
        scores = reward(
            prompts=[task.prompt for task in tasks], completions=answers, **columns(tasks)
        )
        self.known.update(task.topic for task in tasks)
        return Study([[answer] for answer in answers], np.array(scores, dtype=float)[:, None])


class Counted(SimulatedAnswerer):
    """Counts its lessons in this process, whatever is saved and loaded."""

    lessons = 0

    def study(self, tasks, reward, *, update=True):
        self.lessons += 1
        self.before_lesson()
        return super().study(tasks, reward, update=update)

    def before_lesson(self):
        pass


class Killed(Counted):
    """Kills its own process in the lesson that KILL_AT names."""

    def before_lesson(self):
        if self.lessons == int(os.environ.get("KILL_AT", "0")):
            os.kill(os.getpid(), signal.SIGKILL)


class Stopped(Counted):
    """Presses Ctrl-C in its 12th lesson, once."""

    def before_lesson(self):
        if self.lessons == 12 and os.environ.get("STOP"):
            raise KeyboardInterrupt


class FullDisk(SimulatedAnswerer):
    """The disk is full at its second checkpoint, while FULL_DISK is set."""

    saves = 0

    def save(self, folder):
        self.saves += 1
        super().save(folder)
        if self.saves == 2 and os.environ.get("FULL_DISK"):
            raise OSError(errno.ENOSPC, "No space left on device")
