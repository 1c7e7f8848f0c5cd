"""The real client of chat endpoints against a real HTTP server that plays a script."""

import socket
import sys

import pytest
from chat_server import ChatServer, completion, failure, script

from teachgym.models.chat import ChatModel
from teachgym.models.chat_errors import ChatError, refused_option

QUESTION = [{"role": "user", "content": "What next?"}]
SCHEMA = {"type": "object", "properties": {"topic": {"type": "integer"}}}
KEY = "sk-very-secret-1234567890"


@pytest.fixture(autouse=True)
def no_settings(monkeypatch):
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def serve():
    """Start a server that plays responses, one after the other."""
    servers = []

    def start(*responses):
        play = script(*responses) if not callable(responses[0]) else responses[0]
        servers.append(ChatServer(play))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


def test_a_question_and_its_answer(serve):
    server = serve("Sorting.")
    model = ChatModel("teacher-1", base_url=server.url, seed=0, max_tokens=50)
    assert model.ask(QUESTION, schema=SCHEMA, name="lesson") == ("Sorting.", 7, 3, "stop")
    (request,) = server.requests
    assert request == {
        "model": "teacher-1",
        "messages": QUESTION,
        "temperature": 0.0,
        "seed": 0,
        "max_tokens": 50,
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": "lesson", "schema": SCHEMA, "strict": True},
        },
    }


def test_what_is_not_given_is_not_sent(serve):
    server = serve("Sorting.")
    ChatModel("m", base_url=server.url).ask(QUESTION)
    assert set(server.requests[0]) == {"model", "messages", "temperature"}


def test_key_and_address_come_from_the_environment_or_the_arguments(serve, monkeypatch):
    server = serve("Sorting.")
    ChatModel("m", base_url=server.url).ask(QUESTION)
    monkeypatch.setenv("OPENAI_BASE_URL", server.url)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-environment")
    ChatModel("m").ask(QUESTION)
    ChatModel("m", api_key="sk-argument").ask(QUESTION)
    assert server.keys == ["Bearer none", "Bearer sk-environment", "Bearer sk-argument"]


@pytest.mark.parametrize("key", [None, ""])
def test_openai_is_not_asked_without_a_key(monkeypatch, key):
    if key is not None:
        monkeypatch.setenv("OPENAI_API_KEY", key)
    with pytest.raises(ValueError, match="OPENAI_API_KEY"):
        ChatModel("gpt")


def test_models_of_one_server_and_key_share_connections():
    url = "http://127.0.0.1:1/v1"
    one, two = ChatModel("one", base_url=url), ChatModel("two", base_url=url)
    assert one._client is two._client
    assert ChatModel("one", base_url=url, api_key="other")._client is not one._client
    assert ChatModel("one", base_url=url, timeout=5)._client is not one._client


@pytest.mark.parametrize("status", [408, 409, 429, 500, 503])
def test_passing_troubles_are_waited_for(serve, status):
    server = serve(failure(status, "not now"), failure(status, "not now"), "Sorting.")
    assert ChatModel("m", base_url=server.url).ask(QUESTION).text == "Sorting."
    assert len(server.requests) == 3


@pytest.mark.parametrize(
    ("status", "complaint"),
    [
        (429, "too busy, or the quota is used up, asked 3 times: not now"),
        (409, "too busy, asked 3 times: not now"),
        (500, "at fault, asked 3 times: not now"),
    ],
)
def test_lasting_troubles_are_an_error(serve, status, complaint):
    server = serve(failure(status, "not now"))
    with pytest.raises(ChatError, match=complaint):
        ChatModel("m", base_url=server.url, max_retries=2).ask(QUESTION)
    assert len(server.requests) == 3


def test_a_slow_server(serve):
    def sleep(request):
        server.closing.wait(30)
        return "Sorting."

    server = serve(sleep)
    with pytest.raises(ChatError, match=r"no answer within 0.2 s, asked once; raise timeout="):
        ChatModel("m", base_url=server.url, timeout=0.2, max_retries=0).ask(QUESTION)


def test_a_server_that_is_not_there():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/v1"
    with pytest.raises(ChatError, match=f"can't reach the chat server at {url}.*refused.*start it"):
        ChatModel("m", base_url=url, max_retries=0).ask(QUESTION)


@pytest.mark.parametrize(
    ("response", "complaint"),
    [
        (failure(401, "Incorrect API key"), r"refuses the API key \(OPENAI_API_KEY\): Incorrect"),
        (failure(403, "not yours"), "refuses the API key .*: not yours"),
        (failure(404, "The model `m` does not exist"), "knows no model 'm': The model `m` does"),
        (failure(400, "too long a context"), "refuses the request: too long a context"),
        ((422, {"detail": "no such field"}), "refuses the request: no such field"),
        ((413, "<h1>Too large</h1>"), "refuses the request: <h1>Too large"),
        ((200, "<h1>Hello</h1>"), "not answer as a chat endpoint does; base_url= mostly ends in"),
        ((200, {"choices": []}), "does not answer as a chat endpoint does"),
        ((200, "{broken"), "does not answer as a chat endpoint does"),
    ],
)
def test_lasting_refusals_are_said_in_a_sentence(serve, response, complaint):
    server = serve(response)
    with pytest.raises(ValueError, match=complaint) as refused:
        ChatModel("m", base_url=server.url).ask(QUESTION)
    assert len(server.requests) == 1
    assert server.url in str(refused.value) and "\n" not in str(refused.value)


def test_a_wrong_path(serve):
    server = serve("Sorting.")
    with pytest.raises(ValueError, match="mind that base_url= mostly ends in /v1"):
        ChatModel("m", base_url=server.url.removesuffix("/v1")).ask(QUESTION)


def test_the_key_is_nowhere_to_be_seen(serve):
    server = serve(failure(401, f"Incorrect API key provided: {KEY}"))
    model = ChatModel("m", base_url=server.url, api_key=KEY)
    assert repr(model) == f"ChatModel('m', base_url='{server.url}')"
    with pytest.raises(ValueError, match=r"provided: \[the key\]") as refused:
        model.ask(QUESTION)
    assert KEY not in str(refused.value)
    assert refused.value.__cause__ is None and refused.value.__suppress_context__
    assert not any(KEY in str(value) for name, value in vars(model).items() if name != "_client")


def test_a_refused_schema_is_left_out_from_then_on(serve):
    def know_no_schema(request):
        if "response_format" in request:
            return failure(400, "unknown type json_schema")
        return '{"topic": 1}'

    server = serve(know_no_schema)
    model = ChatModel("m", base_url=server.url, seed=1)
    for _ in range(3):
        assert model.ask(QUESTION, schema=SCHEMA).text == '{"topic": 1}'
    assert ["response_format" in request for request in server.requests] == [True, *[False] * 3]
    assert all(request["seed"] == 1 for request in server.requests)


def test_options_that_newer_models_refuse(serve):
    def choosy(request):
        if "max_tokens" in request:
            return failure(400, "Unsupported parameter: use another one", param="max_tokens")
        if "temperature" in request:
            return failure(422, "'temperature' does not support 0.0 with this model")
        return "Sorting."

    server = serve(choosy)
    model = ChatModel("m", base_url=server.url, max_tokens=9, seed=3)
    for _ in range(2):
        assert model.ask(QUESTION, schema=SCHEMA).text == "Sorting."
    assert len(server.requests) == 4
    last = server.requests[-1]
    assert last["max_completion_tokens"] == 9 and last["seed"] == 3 and "response_format" in last
    assert "max_tokens" not in last and "temperature" not in last


def test_a_request_that_is_refused_for_itself_leaves_the_schema_for_the_next(serve):
    long = failure(400, "too long a context")
    server = serve(long, long, "Sorting.")
    model = ChatModel("m", base_url=server.url)
    with pytest.raises(ValueError, match="too long a context"):
        model.ask(QUESTION, schema=SCHEMA)
    model.ask(QUESTION, schema=SCHEMA)
    assert "response_format" in server.requests[-1]


def test_which_option_is_refused():
    sent = ["temperature", "seed", "response_format"]
    assert refused_option("Unexpected fields: {'seed'}", sent) == "seed"
    assert refused_option("no idea", sent) == "response_format"
    assert refused_option("no idea", ["seed"]) is None


def test_an_answer_without_text_is_empty(serve):
    silent = completion(None)
    del silent["usage"]
    assert ChatModel("m", base_url=serve((200, silent)).url).ask(QUESTION) == ("", 0, 0, "stop")


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"model": ""}, "model must be the name"),
        ({"model": None}, "model must be the name"),
        ({"base_url": "localhost:8000"}, "base_url must be the address"),
        ({"temperature": -1}, "temperature must be a number >= 0"),
        ({"timeout": 0}, "timeout"),
        ({"max_retries": "many"}, "max_retries"),
        ({"max_tokens": 0}, "max_tokens must be a number >= 1"),
    ],
)
def test_ill_valued_arguments(options, complaint):
    with pytest.raises(ValueError, match=complaint):
        ChatModel(**{"model": "m", "base_url": "http://127.0.0.1:1/v1", **options})


@pytest.mark.parametrize("url", [f"http://user:{KEY}@localhost/v1", f"http://host/v1?key={KEY}"])
def test_a_secret_in_the_address_is_refused_and_not_repeated(url):
    with pytest.raises(ValueError, match="must not hold a password or a query") as refused:
        ChatModel("m", base_url=url)
    assert KEY not in str(refused.value)


def test_a_missing_extra_is_one_line(monkeypatch):
    monkeypatch.setitem(sys.modules, "openai", None)
    with pytest.raises(ImportError, match=r"pip install 'teachgym\[chat\]'"):
        ChatModel("m", base_url="http://127.0.0.1:1/v1")
