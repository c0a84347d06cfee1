"""A local language model may word the line; whatever it answers, the call goes on and the engine keeps the rest."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from copy import deepcopy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from voicesim.customer.endpoint import ChatEndpoint
from voicesim.customer.engine import CustomerEngine
from voicesim.customer.freeform import GIVE_UP_AFTER, FreeformCustomer, freeform_customer, nonsense
from voicesim.customer.heard import imagined_reply
from voicesim.customer.scenarios import find_scenario
from voicesim.errors import EngineError, UsageError

SCENARIO = find_scenario("angry_refund")
REPLY = imagined_reply(("apologised", "acknowledged_feeling"))


class Server:
    """An OpenAI-compatible endpoint on this machine; `answer` makes the body of a chat completion."""

    def __init__(self) -> None:
        self.answer: Callable[[str], bytes] = lambda line: completion(line)
        self.status, self.drip_s = 200, 0.0
        self.asked: list[dict[str, object]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.reply(json.dumps({"data": [{"id": "tiny-model"}]}).encode())

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                outer.asked.append(body)
                self.reply(outer.answer(body["messages"][-1]["content"].split("Say this line: ")[1]))

            def reply(self, body: bytes) -> None:
                self.send_response(outer.status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                for byte in body:
                    try:
                        self.wfile.write(bytes([byte]))
                    except OSError:
                        return
                    if outer.drip_s:
                        self.wfile.flush()
                        time.sleep(outer.drip_s)

            def log_message(self, *_: object) -> None:
                return

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.http.server_port}/v1"
        threading.Thread(target=self.http.serve_forever, daemon=True).start()


def completion(text: object) -> bytes:
    return json.dumps({"choices": [{"message": {"role": "assistant", "content": text}}]}).encode()


@pytest.fixture
def server() -> Iterator[Server]:
    running = Server()
    yield running
    running.http.shutdown()


def customer(server: Server, timeout_s: float = 5.0) -> FreeformCustomer:
    engine = FreeformCustomer(SCENARIO, ChatEndpoint(server.url, timeout_s=timeout_s))
    engine.opening()
    return engine


def written() -> CustomerEngine:
    engine = CustomerEngine(SCENARIO)
    engine.opening()
    return engine


def test_a_worded_line_is_said_and_everything_else_stays_with_the_engine(server: Server) -> None:
    server.answer = lambda line: completion(f"Well, you see, {line}")
    engine, plain = customer(server), written()
    line, changes = engine.hear(REPLY)
    expected, expected_changes = plain.hear(REPLY)
    assert line.text == f"Well, you see, {expected.text}"
    assert (line.mood, line.beat, line.ending) == (expected.mood, expected.beat, expected.ending)
    assert changes == expected_changes
    assert server.asked[0]["model"] == "tiny-model"
    assert "Margaret Doyle" in str(server.asked[0]["messages"])
    assert engine.notices == ()


@pytest.mark.parametrize(
    "body",
    [
        b"not json at all",
        b"[]",
        b"{}",
        b'{"choices": []}',
        completion(None),
        completion(""),
        completion("word " * 400),
        completion("Customer: I want my money."),
        completion("As an AI language model I cannot do that."),
        completion("banana banana banana"),
        completion("**Well**, thank you, the wheel came off."),
    ],
)
def test_garbage_falls_back_to_the_written_line(server: Server, body: bytes) -> None:
    server.answer = lambda _: body
    engine = customer(server)
    assert engine.hear(REPLY)[0] == written().hear(REPLY)[0]
    assert len(engine.notices) == 1


def test_an_http_error_falls_back(server: Server) -> None:
    server.status = 500
    engine = customer(server)
    assert engine.hear(REPLY)[0] == written().hear(REPLY)[0]
    assert "500" in engine.notices[0]


def test_the_trainee_is_told_why_a_line_is_said_as_written(server: Server) -> None:
    server.status = 500
    engine = customer(server)
    for _ in range(GIVE_UP_AFTER + 1):
        engine.hear(imagined_reply(("thanked",)))
    assert [notice.startswith("the line is said as written: ") for notice in engine.notices] == [True] * GIVE_UP_AFTER
    assert [notice.endswith("the rest of the call is as written") for notice in engine.notices] == [False, False, True]
    assert written().notices == ()


def test_a_server_that_drips_is_not_waited_for(server: Server) -> None:
    server.drip_s = 0.2
    engine = customer(server, timeout_s=0.3)
    assert engine.hear(REPLY)[0] == written().hear(REPLY)[0]
    assert "no answer within 0.3 s" in engine.notices[0]


def test_nobody_listening_falls_back_and_is_left_alone_after_a_while() -> None:
    engine = FreeformCustomer(SCENARIO, ChatEndpoint("http://127.0.0.1:9/v1", timeout_s=5.0))
    plain = written()
    engine.opening()
    for _ in range(GIVE_UP_AFTER + 2):
        assert engine.hear(imagined_reply(("thanked",)))[0] == plain.hear(imagined_reply(("thanked",)))[0]
        if plain.mood.patience <= 0.1:
            break
    assert len(engine.notices) <= GIVE_UP_AFTER


def test_a_line_worded_ahead_of_need_is_said_as_it_was_voiced(server: Server) -> None:
    server.answer = lambda line: completion(line + " Really." * len(server.asked))
    engine = customer(server)
    ahead, _ = deepcopy(engine).hear(REPLY)
    line, _ = engine.hear(REPLY)
    assert line == ahead
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        ("So is the money really on its way? When do I get it?", None),
        ("The money is coming, you say.", "question"),
        ("Is the money coming? I was told 500 pounds.", "number 500"),
        ("Is the money, all 249 pounds of it, really coming?", None),
        ("Деньги придут, да? money", "script"),
        ("(sighs) The money? [angry] When?", "speech"),
        ("What a lovely evening for fishing?", "something else"),
        ("", "0 words"),
    ],
)
def test_what_counts_as_nonsense(answer: str, problem: str | None) -> None:
    found = nonsense(answer, "So the money is really coming? When?", ("The pram cost 249 pounds.",))
    assert (found is None) if problem is None else (found is not None and problem in found)


@pytest.mark.parametrize("url", ["localhost:11434", "ftp://here/v1", "file:///etc/passwd", "http://", ""])
def test_an_address_that_is_not_http_is_refused(url: str) -> None:
    with pytest.raises(UsageError, match="http"):
        freeform_customer(SCENARIO, url)


@pytest.mark.parametrize(
    ("url", "leaves"),
    [
        ("http://localhost:1/v1", False),
        ("http://127.0.0.1:1/v1", False),
        ("http://[::1]:1/v1", False),
        ("https://api.example.com/v1", True),
        ("http://10.0.0.7/v1", True),
    ],
)
def test_it_says_whether_words_leave_the_machine(url: str, leaves: bool) -> None:
    assert ChatEndpoint(url).leaves_machine is leaves


def test_an_error_names_the_endpoint(server: Server) -> None:
    server.answer = lambda _: b"{}"
    with pytest.raises(EngineError, match=r"127\.0\.0\.1"):
        ChatEndpoint(server.url, "m", 5.0).complete([{"role": "user", "content": "Say this line: x"}])
