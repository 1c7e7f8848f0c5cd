import json

import networkx as nx
import numpy as np
import pytest

from teachgym.domains import graphs


def written(path, text):
    path.write_text(text, encoding="utf-8")
    return path


def test_random_graphs_have_no_cycle_and_repeat():
    for seed in range(20):
        graph = graphs.random_graph(10, seed)
        assert nx.is_directed_acyclic_graph(nx.DiGraph(graph.prerequisites))
        np.testing.assert_array_equal(
            graph.prerequisites, graphs.random_graph(10, seed).prerequisites
        )
    assert not np.array_equal(
        graphs.random_graph(10, 0).prerequisites, graphs.random_graph(10, 1).prerequisites
    )


def test_the_density_is_the_chance_of_an_edge():
    # 45 pairs of 10 topics, 200 graphs: 9,000 draws at 0.25 have mean 2,250 and sd 41.
    edges = sum(graphs.random_graph(10, seed).prerequisites.sum() for seed in range(200))
    assert abs(edges - 2250) < 4 * 41
    assert graphs.random_graph(4, 0, density=1.0).prerequisites.sum() == 6
    with pytest.raises(ValueError, match="density"):
        graphs.random_graph(4, 0, density=1.5)


@pytest.mark.parametrize("name", graphs.NAMED)
def test_named_graphs_are_acyclic(name):
    graph = graphs.load_graph(name, 3)
    assert nx.is_directed_acyclic_graph(nx.DiGraph(graph.prerequisites))
    assert len(graph.topics) == len(graph.prerequisites)


def test_cycles_are_found_where_networkx_finds_them():
    rng = np.random.default_rng(0)
    found = 0
    for _ in range(300):
        matrix = rng.random((6, 6)) < 0.15
        cycle = graphs.find_cycle(matrix)
        acyclic = nx.is_directed_acyclic_graph(nx.from_numpy_array(matrix, create_using=nx.DiGraph))
        assert (cycle is None) == acyclic
        if cycle is not None:
            found += 1
            assert len(set(cycle)) == len(cycle)
            assert all(matrix[a, b] for a, b in zip(cycle, [*cycle[1:], cycle[0]], strict=True))
    assert 50 < found < 250


def test_json_gives_each_topic_its_prerequisites(tmp_path):
    content = {"counting": [], "addition": ["counting"], "sums": ["counting", "addition"]}
    path = written(tmp_path / "graph.json", json.dumps(content))
    graph = graphs.load_graph(path, 10)
    assert graph.topics == ("counting", "addition", "sums")
    assert np.argwhere(graph.prerequisites).tolist() == [[0, 1], [0, 2], [1, 2]]


def test_graphml_is_read_as_networkx_writes_it(tmp_path):
    drawn = nx.DiGraph([("a", "b"), ("a", "c"), ("c", "d")])
    nx.write_graphml(drawn, tmp_path / "graph.graphml")
    graph = graphs.load_graph(str(tmp_path / "graph.graphml"), 10)
    assert graph.topics == tuple(drawn.nodes)
    np.testing.assert_array_equal(graph.prerequisites, nx.to_numpy_array(drawn) > 0)


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("g.json", '{"a": ["c"], "b": ["a"], "c": ["b"]}', "circle.*a → b → c → a|b → c → a → b"),
        ("g.json", '{"a": ["a"]}', "a → a"),
        ("g.json", '{"a": ["x"]}', "'x'.*none of its topics"),
        ("g.json", "{}", "at least one topic"),
        ("g.json", "[1]", "must hold an object"),
        ("g.json", '{"a": "b"}', "must hold an object"),
        ("g.json", '{"a": [1]}', "must hold an object"),
        ("g.json", '{"a": [["b"]], "b": []}', "must hold an object"),
        ("g.json", '{"a": [], "b": ["a"], "a": ["b"]}', "each of them once"),
        ("g.json", "{", "is no JSON"),
        ("g.graphml", "<graphml>", "is no GraphML"),
        ("g.graphml", "<graphml/>", "no <graph>"),
        ("g.graphml", '<graphml><graph edgedefault="undirected"/></graphml>', "directed"),
        (
            "g.graphml",
            '<graphml><graph edgedefault="directed"><node id="a"/><node id="a"/></graph></graphml>',
            "each of them once",
        ),
        ("g.txt", "", "'random', 'kss'"),
    ],
)
def test_broken_files_are_refused(tmp_path, name, text, message):
    with pytest.raises(ValueError, match=message):
        graphs.load_graph(written(tmp_path / name, text), 10)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(ValueError, match=r"no file.*nowhere"):
        graphs.load_graph(tmp_path / "nowhere.json", 10)


@pytest.mark.parametrize("source", [3, None, {"a": []}])
def test_what_is_neither_a_name_nor_a_file_is_refused(source):
    with pytest.raises(TypeError, match="graph must be a name or a file, not"):
        graphs.load_graph(source, 10)
