"""The toy landscape on which ALP-GMM was first shown (teachDeepRL's toy environment).

Tasks lie in [0, 1]^2, cut into 10 x 10 cells. A cell is open if it is the one at the origin or if
one of the cells below it, beside it or diagonally below it (indices i or i - 1, itself excluded)
has a competence of at least 75. Practice raises an open cell's competence by 1, up to 100. A
lesson's score is the cell's competence / 100 afterwards. The measure is the share of cells whose
competence exceeds 75.
"""

import itertools

import numpy as np

CELLS = 10


class ToyLandscape:
    def __init__(self):
        self.competence = np.zeros((CELLS, CELLS), dtype=int)

    def practise(self, task):
        cell = tuple(min(int(x * CELLS), CELLS - 1) for x in task[:2])
        if self._is_open(cell):
            self.competence[cell] = min(self.competence[cell] + 1, 100)
        return self.competence[cell] / 100

    def mastered(self):
        return 100.0 * float(np.mean(self.competence > 75))

    def _is_open(self, cell):
        if cell == (0, 0):
            return True
        before = itertools.product(*((max(i - 1, 0), i) for i in cell))
        return any(self.competence[other] >= 75 for other in before if other != cell)


def mastered_after(teacher, lessons):
    """The share of cells in % that a teacher brings to mastery."""
    landscape = ToyLandscape()
    for _ in range(lessons):
        task = teacher.act()
        teacher.observe(task, landscape.practise(task))
    return landscape.mastered()
