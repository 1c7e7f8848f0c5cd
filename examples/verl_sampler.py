"""A curriculum for verl: a sampler that asks the teacher, and tells it after each step.

verl makes the sampler itself. Point its configuration at this file, and let no worker read ahead:

    data.sampler.class_path=pkg://verl_sampler data.sampler.class_name=TeachgymSampler
    data.dataloader_num_workers=0

Each row of the data must say its place in ``extra_info["index"]``, as verl's own preprocessing
does, and what it is about in ``extra_info["topic"]``. The interface, ``AbstractCurriculumSampler``,
is marked experimental in verl.
"""

from collections import defaultdict

from verl.experimental.dataset.sampler import AbstractCurriculumSampler

from teachgym.training import TaskStream
from teachgym.training.curriculum import from_text, to_text


class TeachgymSampler(AbstractCurriculumSampler):
    """Yields places in the data set, as the teacher chooses."""

    def __init__(self, data_source, data_config):
        table = [
            {"prompt": "", "place": place, "topic": row["extra_info"]["topic"]}
            for place, row in enumerate(data_source.dataframe)
        ]
        seed = data_config.get("seed") or 0
        # `bins=10` beside or in place of `topic` would estimate difficulties on the fly.
        self.stream = TaskStream(table, "learnability", topic="topic", answer=None, seed=seed)
        self.size = len(table)

    def __len__(self):
        return self.size

    def __iter__(self):
        for _ in range(self.size):
            yield self.stream.ask(1)[0]["place"]

    def update(self, batch):
        """Hear of a batch: verl calls this after each step."""
        scores = defaultdict(list)
        totals = batch.batch["token_level_scores"].sum(-1).tolist()
        for place, score in zip(batch.non_tensor_batch["index"], totals, strict=True):
            scores[int(place)].append(min(max(score, 0.0), 1.0))
        waiting = defaultdict(list)  # the numbers of the rows that lie at a place
        for row in self.stream.pending:
            if row["place"] in scores:
                waiting[row["place"]].append(row["curriculum_row"])
        for place, numbers in waiting.items():  # several, if one was drawn twice for a batch
            parts = [scores[place][i :: len(numbers)] for i in range(len(numbers))]
            self.stream.tell(numbers, parts)

    def state_dict(self):
        """For verl's stateful data loader."""
        return {"stream": to_text(self.stream.state_dict())}

    def load_state_dict(self, state):
        """Continue from there."""
        self.stream.load_state_dict(from_text(state["stream"]))


if __name__ == "__main__":
    print("verl makes the sampler: see this file's first lines")
