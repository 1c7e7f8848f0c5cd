"""A chat server on loopback that plays what a test tells it: the real client meets real HTTP."""

import hashlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

QUICKLY = {"retry-after-ms": "1"}
"""Asks the client not to pause before it tries again."""


class ChatServer:
    """Serves ``/v1/chat/completions``.

    Args:
        respond: Called with the request (a dict); returns the text of the answer, or a tuple of
            status, body (a dict, or text as it is) and, if need be, headers.

    Attributes:
        requests: What was asked so far.
        keys: The keys that it was asked with.
    """

    def __init__(self, respond):
        self.respond, self.requests, self.keys = respond, [], []
        self.closing = threading.Event()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_POST(self):
                request = json.loads(self.rfile.read(int(self.headers["content-length"])))
                outer.requests.append(request)
                outer.keys.append(self.headers["authorization"])
                response = outer.respond(request)
                if isinstance(response, str):
                    response = (200, completion(response))
                status, body, *headers = response
                if self.path != "/v1/chat/completions":
                    status, body, headers = 404, "<h1>Not found</h1>", []
                text = body if isinstance(body, str) else json.dumps(body)
                kind = "text/html" if text.startswith("<") else "application/json"
                data = text.encode()
                self.send_response(status)
                self.send_header("content-type", kind)
                self.send_header("content-length", str(len(data)))
                for name, value in (headers[0] if headers else {}).items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *arguments):
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, request, client_address):
                pass  # a client that would not wait

        self.http = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_port}/v1"
        self.thread = threading.Thread(
            target=self.http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        )
        self.thread.start()

    def close(self):
        self.closing.set()
        self.http.shutdown()
        self.http.server_close()


def completion(text, *, prompt_tokens=7, completion_tokens=3):
    """What the protocol answers."""
    return {
        "id": "1",
        "object": "chat.completion",
        "created": 0,
        "model": "scripted",
        "choices": [
            {
                "index": 0,
                "finish_reason": "stop",
                "message": {"role": "assistant", "content": text},
            }
        ],
        "usage": {
            "prompt_tokens": prompt_tokens,
            "completion_tokens": completion_tokens,
            "total_tokens": prompt_tokens + completion_tokens,
        },
    }


def failure(status, message, headers=QUICKLY, **more):
    """An error as OpenAI words it."""
    return status, {"error": {"message": message, **more}}, headers


def script(*responses):
    """Play responses one after the other, the last one from then on."""
    waiting = list(responses)

    def respond(request):
        return waiting.pop(0) if len(waiting) > 1 else waiting[0]

    return respond


def policy(request):
    """Answer what fits the schema, as a hash of the conversation has it."""
    properties = request["response_format"]["json_schema"]["schema"]["properties"]
    digest = hashlib.sha256(json.dumps(request["messages"]).encode())
    answer = {}
    for name, field in properties.items():
        digest.update(name.encode())
        share = int.from_bytes(digest.digest()[:6]) / 2**48
        low, high = field["minimum"], field["maximum"]
        whole = field["type"] == "integer"
        answer[name] = low + int(share * (high - low + 1)) if whole else low + share * (high - low)
    return json.dumps(answer)
