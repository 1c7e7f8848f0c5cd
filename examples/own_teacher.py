"""A teacher of your own: it sees an action space and scores, and decides what comes next.

Run it with ``python examples/own_teacher.py``, or from this folder on the command line:
``teachgym teach --student simulated --teacher own_teacher:WeakestTopic``.
"""

import numpy as np

from teachgym.experiments import teach
from teachgym.teachers import Teacher


class WeakestTopic(Teacher):
    """Teaches the topic with the lowest recent score, at a level that is drawn at random."""

    def __init__(self, action_space, *, seed=None, rate=0.2):
        super().__init__(action_space, seed=seed)
        self.rate = rate
        self.scores = np.zeros(action_space.nvec[0])

    def act(self, observation=None):
        """A topic and a level."""
        topic = int(self.rng.choice(np.flatnonzero(self.scores == self.scores.min())))
        return np.array([topic, self.rng.integers(self.action_space.nvec[1])])

    def observe(self, action, score, *, observation=None, reward=None):
        """Remember how it went."""
        self.scores[action[0]] += self.rate * (score - self.scores[action[0]])

    def state_dict(self):
        """What changes, as JSON and arrays: with it, a run can be resumed."""
        return {"scores": self.scores.copy(), "rng": self.rng.bit_generator.state}

    def load_state_dict(self, state):
        """Continue from there."""
        self.scores = np.array(state["scores"])
        self.rng.bit_generator.state = state["rng"]


def main():
    """Teach the simulated student with it."""
    result = teach("Strings", "simulated", WeakestTopic, budget=100, teacher_options={"rate": 0.5})
    print(f"exam {result.first:.3f} to {result.final:.3f}")
    for topic, scores in result.summary()["topics"].items():
        print(f"{topic:10} {scores['before']:.3f} to {scores['after']:.3f}")


if __name__ == "__main__":
    main()
