"""Which topic comes before which: graphs of prerequisites, drawn, read from files, or named."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ..core.prerequisites import find_cycle


class Graph(NamedTuple):
    """Topics and their prerequisites.

    Attributes:
        topics: Their names.
        prerequisites: Bool of shape (topics, topics); [i, j]: i comes directly before j.
    """

    topics: tuple[str, ...]
    prerequisites: np.ndarray


NAMED: dict[str, tuple[int, tuple[tuple[int, int], ...]]] = {
    "kss": (
        10,
        (
            *((0, 1), (0, 2), (1, 3), (2, 4), (2, 8), (3, 4)),
            *((4, 8), (5, 4), (5, 9), (6, 7), (7, 8), (8, 9)),
        ),
    ),
    "tms_tree": (7, ((0, 1), (0, 2), (0, 4), (2, 3), (4, 5), (4, 6))),
    "diamond": (4, ((0, 1), (0, 2), (1, 3), (2, 3))),
}
"""Number of topics and edges (before, after). "kss" (Liu et al., "Exploiting cognitive structure
for adaptive learning", KDD 2019) and "tms_tree" (Tang et al., "A reinforcement learning approach to
personalized learning recommendation systems", 2019, study II) as in EduSim."""


def from_edges(topics: Sequence[str], edges: Iterable[tuple[int, int]]) -> Graph:
    """A graph of topics and edges (before, after), given as indices.

    Raises:
        ValueError: If there is a cycle; the message names it.
    """
    prerequisites = np.zeros((len(topics), len(topics)), dtype=bool)
    for before, after in edges:
        prerequisites[before, after] = True
    cycle = find_cycle(prerequisites)
    if cycle is not None:
        path = " → ".join(str(topics[i]) for i in [*cycle, cycle[0]])
        raise ValueError(f"prerequisites must not go in a circle, but they do: {path}")
    return Graph(tuple(topics), prerequisites)


def random_graph(topics: int, seed: int, density: float = 0.25) -> Graph:
    """A random directed acyclic graph.

    Args:
        topics: Number of topics. Their numbers are a possible order of teaching.
        seed: Fixes the graph.
        density: Chance of an edge between each pair of topics, in [0, 1].
    """
    if not 0 <= density <= 1:
        raise ValueError(f"density must be in [0, 1], not {density!r}")
    drawn = np.random.default_rng(seed).random((topics, topics)) < density
    return Graph(_numbered(topics), np.triu(drawn, k=1))


def named_graph(name: str) -> Graph:
    """A graph of `NAMED`."""
    topics, edges = NAMED[name]
    return from_edges(_numbered(topics), edges)


def read_json(path: Path) -> Graph:
    """Read a JSON object that gives each topic the list of its prerequisites.

    For example ``{"counting": [], "addition": ["counting"]}``.

    Raises:
        ValueError: If the file holds anything else, names a topic twice, or a prerequisite that is
            no topic.
    """
    try:  # an object as its pairs, in a tuple: as a dict it would lose a topic that comes twice
        content = json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=tuple)
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"{path} is no JSON: {error}") from None
    if not isinstance(content, tuple) or not all(_are_names(befores) for _, befores in content):
        raise ValueError(
            f"{path} must hold an object that gives each topic the list of its prerequisites, "
            'such as {"counting": [], "addition": ["counting"]}'
        )
    pairs = [(before, after) for after, befores in content for before in befores]
    return _from_names([topic for topic, _ in content], pairs, path)


def read_graphml(path: Path) -> Graph:
    """Read a directed GraphML graph, each edge from a prerequisite to what it is needed for.

    Topics have the names of the nodes' ids.

    Raises:
        ValueError: If the file is no GraphML, or its graph is not directed.
    """
    from xml.etree import ElementTree

    try:
        root = ElementTree.parse(path).getroot()
    except ElementTree.ParseError as error:
        raise ValueError(f"{path} is no GraphML: {error}") from None
    graph = root.find("{*}graph")
    if graph is None:
        raise ValueError(f"{path} is no GraphML: it has no <graph>")
    if graph.get("edgedefault") != "directed":
        raise ValueError(f'{path}: prerequisites need a graph with edgedefault="directed"')
    topics = [node.get("id", "") for node in graph.findall("{*}node")]
    pairs = [(e.get("source", ""), e.get("target", "")) for e in graph.findall("{*}edge")]
    return _from_names(topics, pairs, path)


def load_graph(source: str | Path, topics: int, seed: int = 0) -> Graph:
    """A graph by name, from a file, or drawn.

    Args:
        source: ``"random"``; a name in `NAMED`; or a file that ends in ``.json`` or ``.graphml``.
        topics: Number of topics of a random graph.
        seed: Fixes a random graph.

    Raises:
        TypeError: If the source is neither a name nor a path.
        ValueError: For an unknown name, a missing or broken file, or a cycle.
    """
    if not isinstance(source, str | Path):
        raise TypeError(f"graph must be a name or a file, not {source!r}")
    if source == "random":
        return random_graph(topics, seed)
    if source in NAMED:
        return named_graph(str(source))
    path = Path(source)
    readers = {".json": read_json, ".graphml": read_graphml}
    if path.suffix not in readers:
        raise ValueError(
            f"graph must be 'random', {', '.join(map(repr, NAMED))} or a file that ends in .json "
            f"or .graphml, not {str(source)!r}"
        )
    if not path.is_file():
        raise ValueError(f"graph: there is no file {str(path)!r}")
    return readers[path.suffix](path)


def _are_names(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(name, str) for name in value)


def _from_names(topics: list[str], pairs: list[tuple[str, str]], path: Path) -> Graph:
    """The graph of a file."""
    index = {topic: i for i, topic in enumerate(topics)}
    if not topics or len(index) < len(topics):
        raise ValueError(f"{path} must name at least one topic, and each of them once")
    for pair in pairs:
        for name in pair:
            if name not in index:
                raise ValueError(f"{path}: {name!r} of the edge {pair} is none of its topics")
    return from_edges(topics, [(index[before], index[after]) for before, after in pairs])


def _numbered(topics: int) -> tuple[str, ...]:
    return tuple(f"topic {i}" for i in range(topics))
