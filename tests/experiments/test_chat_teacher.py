"""A chat model teaches on the command line: options, secrets, a server that dies, what is shown."""

import json

import pytest
from chat_server import ChatServer, failure, policy

from teachgym.experiments import teach

KEY = "sk-very-secret-1234567890"
SMALL = ["--student", "simulated", "--budget", "12", "--exam-size", "40", "--exam-every", "4"]
SMALL += ["--env-option", "levels=4", "-q"]


@pytest.fixture
def server(monkeypatch):
    """A server that answers by a hash of the conversation; the key is in the environment."""
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    server = ChatServer(policy)
    yield server
    server.close()


def chat(server, **options):
    options = {"model": "m", "base_url": server.url, **options}
    return "chat:" + ",".join(f"{key}={value}" for key, value in options.items())


def read(folder, name="lessons.jsonl"):
    return [json.loads(line) for line in (folder / name).read_text().splitlines()]


def test_teach_with_options_in_the_name(run, server, tmp_path):
    code, out, error = run(
        "teach", *SMALL, "--teacher", chat(server, history=3), "--out", tmp_path / "run",
        "--teacher-option", "retries=1",
    )  # fmt: skip
    assert code == 0, error
    settings = json.loads((tmp_path / "run" / "config.json").read_text())["settings"]
    assert settings["teacher"] == "chat"
    assert settings["teacher_options"] == {
        "model": "m",
        "base_url": server.url,
        "history": 3,
        "retries": 1,
    }
    # The environment's names reach the model.
    assert "topic 0 (copy)" in server.requests[0]["messages"][0]["content"]
    last = read(tmp_path / "run")[-1]["teacher"]
    assert last["calls"] == 12 and last["fallbacks"] == 0
    assert "The teacher's count: calls 12, malformed 0, retries 0, fallbacks 0" in out


def test_the_budget_is_told(run, server, tmp_path):
    run("teach", *SMALL, "--teacher", chat(server), "--out", tmp_path / "run")
    questions = [request["messages"][1]["content"] for request in server.requests]
    assert "Of all lessons, 100% are left." in questions[0]
    assert "Of all lessons, 50% are left." in questions[6]


@pytest.mark.parametrize("action", ["discrete", "box"])
def test_topics_and_levels_are_told_in_every_action_space(server, small, action):
    small["env_options"] = small["env_options"] | {"action": action}
    options = {"model": "m", "base_url": server.url}
    result = teach(**{**small, "budget": 3}, teacher="chat", teacher_options=options)
    assert len(result.lessons) == 3
    question = server.requests[-1]["messages"]
    assert "topic 0 (copy)" in question[0]["content"]
    assert "from 0 (easiest) to 3 (hardest)" in question[0]["content"]
    assert "Of all lessons, 33% are left." in question[1]["content"]


def test_a_run_leaves_no_key(run, server, tmp_path):
    code, out, error = run("teach", *SMALL, "--teacher", chat(server), "--out", tmp_path / "run")
    assert code == 0 and KEY not in out + error
    assert server.keys[0] == f"Bearer {KEY}"
    written = [path for path in (tmp_path / "run").rglob("*") if path.is_file()]
    assert len(written) > 5
    assert not any(KEY.encode() in path.read_bytes() for path in written)


def test_a_server_that_dies_and_comes_back(run, server, tmp_path):
    whole = tmp_path / "whole"
    assert run("teach", *SMALL, "--teacher", chat(server), "--out", whole)[0] == 0
    asked = len(server.requests)

    def dying(request):
        if len(server.requests) > asked + 6:
            return failure(500, "out of memory")
        return policy(request)

    server.respond = dying
    out = tmp_path / "run"
    code, _, error = run("teach", *SMALL, "--teacher", chat(server), "--out", out)
    assert code == 2 and len(error.strip().splitlines()) == 1
    assert f"teachgym: error: the chat server at {server.url} is at fault" in error
    assert "the first 4 lessons are saved" in error and "continue with --resume" in error
    server.respond = policy
    assert run("teach", "--resume", "--out", out, "-q")[0] == 0
    assert read(out) == read(whole) and read(out, "exams.jsonl") == read(whole, "exams.jsonl")


@pytest.mark.parametrize(
    ("teacher", "message"),
    [
        ("chat", "a chat teacher needs model="),
        ("chat:model=m,api_key=1", "has no option 'api_key'"),
        ("chat:model=m,base_url=http://u:p@localhost/v1", "must not hold a password"),
        ("chat:model=m,fallback=best", "fallback must be one of"),
    ],
)
def test_bad_options_leave_no_folder(run, server, tmp_path, teacher, message):
    out = tmp_path / "run"
    code, _, error = run("teach", *SMALL, "--teacher", teacher, "--out", out)
    assert code == 2 and message in error and not out.exists()


def test_compare(run, server, tmp_path):
    code, out, error = run(
        "compare", *SMALL, "--teachers", f"uniform,{chat(server)}", "--seeds", "2",
        "--out", tmp_path / "c",
    )  # fmt: skip
    assert code == 0, error
    assert "chat ends at" in out
