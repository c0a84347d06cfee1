"""An optional free-form customer: a local language model may word the line.

Mood, facts, the way of the call and every score stay with the engine; the model only says the written line in its own
words. When it is late, wrong or talks nonsense, the written line is said.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from voicesim.customer.endpoint import TIMEOUT_S, ChatEndpoint
from voicesim.customer.engine import CustomerEngine
from voicesim.customer.heard import HeardReply
from voicesim.customer.mood_rules import MoodRules
from voicesim.domain import CustomerLine, Mood, MoodChange, Scenario
from voicesim.errors import EngineError
from voicesim.wording.tokens import plain_words

GIVE_UP_AFTER = 3
"""Failures in a row after which the endpoint is left alone for the rest of the call."""

_MOST_WORDS = 60
_FORBIDDEN = re.compile(
    r"[*_#<>{}\[\]|\\]|\n|^\s*\w+\s*:|\b(as an ai|language model|i'm an ai|assistant|as a customer|rewritten)\b",
    re.IGNORECASE,
)
_NUMBER_WORDS = frozenset(("hundred", "thousand", "million"))


class FreeformCustomer(CustomerEngine):
    """A `CustomerEngine` whose lines an endpoint may word.

    Copies share the endpoint and what it has answered, so that a line worded ahead of need is said as it was voiced.
    """

    def __init__(
        self, scenario: Scenario, endpoint: ChatEndpoint, seed: int = 0, rules: MoodRules | None = None
    ) -> None:
        super().__init__(scenario, seed, rules)
        self._wording = LineWording(scenario, endpoint, seed)
        self._said: tuple[str, ...] = ()

    @property
    def notices(self) -> tuple[str, ...]:
        """Why written lines were said instead, oldest first."""
        return tuple(self._wording.notices)

    def hear(self, reply: HeardReply) -> tuple[CustomerLine, tuple[MoodChange, ...]]:
        """As `CustomerEngine.hear`, the line perhaps in other words."""
        line, changes = super().hear(reply)
        heard = " ".join(word.text.strip() for word in reply.words)
        worded = self._wording.word(line, heard, self._said)
        self._said = (*self._said, f"You heard: {heard}", f"You said: {worded.text}")[-6:]
        return worded, changes


class LineWording:
    """Words lines by an endpoint, and remembers what it answered."""

    def __init__(self, scenario: Scenario, endpoint: ChatEndpoint, seed: int) -> None:
        self._scenario, self._endpoint, self._seed = scenario, endpoint, seed
        self._answers: dict[tuple[str, str, tuple[str, ...]], str] = {}
        self._failures = 0
        self.notices: list[str] = []

    def __deepcopy__(self, memo: dict[int, Any]) -> LineWording:
        return self

    def word(self, line: CustomerLine, heard: str, before: tuple[str, ...]) -> CustomerLine:
        """`line` in the endpoint's words, or as it is written."""
        key = (line.text, heard, before)
        if key not in self._answers:
            self._answers[key] = self._asked(line, heard, before)
        return replace(line, text=self._answers[key])

    def _asked(self, line: CustomerLine, heard: str, before: tuple[str, ...]) -> str:
        if self._failures >= GIVE_UP_AFTER:
            return line.text
        try:
            answer = self._endpoint.complete(self._messages(line, heard, before), self._seed).strip().strip('"“”')
        except EngineError as error:
            return self._fallen_back(line, str(error))
        if problem := nonsense(answer, line.text, tuple(self._scenario.persona.facts.values())):
            return self._fallen_back(line, f"the endpoint's words do not do, {problem}")
        self._failures = 0
        return answer

    def _fallen_back(self, line: CustomerLine, notice: str) -> str:
        self._failures += 1
        given_up = "; the rest of the call is as written" if self._failures == GIVE_UP_AFTER else ""
        self.notices.append(f"the line is said as written: {notice}{given_up}")
        return line.text

    def _messages(self, line: CustomerLine, heard: str, before: tuple[str, ...]) -> list[dict[str, str]]:
        persona = self._scenario.persona
        facts = " ".join(persona.facts.values())
        system = (
            f"You are {persona.name}, a customer on the telephone with {self._scenario.company}. {persona.situation} "
            f"You are {_in_words(line.mood)}. Facts, never changed and never added to: {facts} "
            "Say the given line in your own spoken words, as short as it is, with the same meaning and the same "
            "question. One paragraph of plain speech. No numbers, names or promises that are not in the line."
        )
        user = "\n".join((*before, f"You have just heard: {heard}", f"Say this line: {line.text}"))
        return [{"role": "system", "content": system}, {"role": "user", "content": user}]


def nonsense(answer: str, written: str, facts: tuple[str, ...] = ()) -> str | None:
    """Why `answer` cannot stand for the `written` line; None when it can. Numbers must be in the line or the facts."""
    words = [plain for word in answer.split() for plain in plain_words(word)]
    meant = {plain for word in written.split() for plain in plain_words(word)}
    if not words or len(words) > max(_MOST_WORDS, 2 * len(meant)):
        return f"it has {len(words)} words"
    if found := _FORBIDDEN.search(answer):
        return f"it is not speech ({found[0].strip() or 'a line break'})"
    if sum(char.isascii() for char in answer) < 0.9 * len(answer):
        return "it is in another script"
    if "?" in written and "?" not in answer:
        return "it drops the question"
    known = meant | {plain for fact in facts for word in fact.split() for plain in plain_words(word)}
    if new := [word for word in words if _is_number(word) and word not in known]:
        return f"it makes up the number {new[0]}"
    if not {word for word in words if len(word) > 3} & {word for word in meant if len(word) > 3}:
        return "it says something else"
    return None


def freeform_customer(scenario: Scenario, url: str, *, model: str | None = None, seed: int = 0) -> FreeformCustomer:
    """A customer worded by the endpoint at `url`. Raises UsageError for a URL that is not one."""
    return FreeformCustomer(scenario, ChatEndpoint(url, model, TIMEOUT_S), seed)


def _is_number(word: str) -> bool:
    return word[:1].isdigit() or word in _NUMBER_WORDS


def _in_words(mood: Mood) -> str:
    anger = (
        "furious" if mood.anger > 0.75 else "angry" if mood.anger > 0.5 else "annoyed" if mood.anger > 0.3 else "calm"
    )
    patience = "out of patience" if mood.patience < 0.3 else "short of time" if mood.patience < 0.55 else "patient"
    return f"{anger} and {patience}, and trust them {'little' if mood.trust < 0.4 else 'fairly well'}"
