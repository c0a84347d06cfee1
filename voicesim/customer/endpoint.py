"""An OpenAI-compatible chat endpoint (Ollama, llama.cpp, LM Studio), asked with a strict deadline."""

from __future__ import annotations

import json
import queue
import threading
import urllib.request
from collections.abc import Mapping, Sequence
from ipaddress import ip_address
from urllib.parse import urlsplit

from voicesim.errors import EngineError, UsageError

TIMEOUT_S = 2.5
_MOST_BYTES = 262_144
Messages = Sequence[Mapping[str, str]]


class ChatEndpoint:
    """One endpoint, e.g. `http://localhost:11434/v1`. `model` None takes the first one the endpoint offers.

    Raises UsageError for a URL that is not http or https.
    """

    def __init__(self, url: str, model: str | None = None, timeout_s: float = TIMEOUT_S) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise UsageError(f'"{url}" is not an http address: give one like http://localhost:11434/v1')
        self.url, self._model, self._timeout_s = url.rstrip("/"), model, timeout_s
        self._host = parts.hostname

    @property
    def leaves_machine(self) -> bool:
        """Whether words go to another machine."""
        if self._host == "localhost":
            return False
        try:
            return not ip_address(self._host).is_loopback
        except ValueError:
            return True

    def complete(self, messages: Messages, seed: int = 0) -> str:
        """The answer's text. Raises EngineError when it does not come whole within the deadline."""
        answers: queue.SimpleQueue[str | Exception] = queue.SimpleQueue()

        def ask() -> None:
            try:
                answers.put(self._ask(messages, seed))
            except Exception as error:  # noqa: BLE001 - whatever a foreign server provokes becomes one EngineError
                answers.put(error)

        # A thread of its own: socket time-outs start anew with each byte, so a server that drips would hold the call.
        threading.Thread(target=ask, daemon=True, name="voicesim-llm").start()
        try:
            answer = answers.get(timeout=self._timeout_s)
        except queue.Empty:
            raise EngineError(f"{self.url} gave no answer within {self._timeout_s:g} s") from None
        if isinstance(answer, Exception):
            raise EngineError(f"{self.url} failed: {answer}") from answer
        return answer

    def _ask(self, messages: Messages, seed: int) -> str:
        if self._model is None:
            self._model = str(self._json("/models")["data"][0]["id"])
        wanted = {
            "model": self._model,
            "messages": list(messages),
            "max_tokens": 120,
            "temperature": 0.7,
            "seed": seed,
            "stream": False,
        }
        content = self._json("/chat/completions", wanted)["choices"][0]["message"]["content"]
        if not isinstance(content, str):
            raise TypeError("the answer has no text")
        return content

    def _json(self, path: str, body: object = None) -> dict[str, list[dict[str, dict[str, object]]]]:
        request = urllib.request.Request(  # noqa: S310 - the scheme was checked
            self.url + path,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        # A proxy set for the internet has no business with this machine's own endpoint.
        proxies = urllib.request.ProxyHandler(None if self.leaves_machine else {})
        with urllib.request.build_opener(proxies).open(request, timeout=self._timeout_s) as response:
            answer = json.loads(response.read(_MOST_BYTES))
        if not isinstance(answer, dict):
            raise TypeError("the answer is not a JSON object")
        return answer
