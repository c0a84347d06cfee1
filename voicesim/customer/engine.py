"""A customer on the line: hears a reply, changes mood for reasons, and says the next line. Deterministic for a seed."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from copy import copy, deepcopy
from typing import Self

from voicesim.customer.facts import FactListener
from voicesim.customer.heard import HeardReply, imagined_reply
from voicesim.customer.mood import MoodState, react, react_to_silence
from voicesim.customer.mood_rules import MoodRules, load_mood_rules
from voicesim.domain import Beat, CustomerLine, Ending, LineChoice, Mood, MoodChange, Scenario

__all__ = ["CustomerEngine", "HeardReply"]

_KIND = ("apologised", "acknowledged_feeling")


class CustomerEngine:
    """One customer through one call: `opening()`, then `hear()` or `hear_silence()` until a line has an ending."""

    def __init__(self, scenario: Scenario, seed: int = 0, rules: MoodRules | None = None) -> None:
        self.scenario, self.seed = scenario, seed
        self._rules = rules or load_mood_rules()
        self._facts = FactListener(scenario.checks)
        self._state = MoodState(scenario.persona.mood)
        self._beat = scenario.beats[0]
        self._heard_ever: set[str] = set()
        self._heard_here: set[str] = set()
        self._tries = self._turns = self._silences = self._broke_in = 0
        self._broke_in_after_s: float | None = None
        self._on_hold = False

    @property
    def mood(self) -> Mood:
        """How the customer feels now."""
        return self._state.mood

    @property
    def notices(self) -> tuple[str, ...]:
        """What the trainee should be told of this customer's workings, oldest first; nothing for a written one."""
        return ()

    @property
    def waits_s(self) -> float:
        """Seconds of silence this customer waits before asking whether anybody is there."""
        rules = self._rules.silence
        if self._on_hold:
            return rules.announced_s
        return rules.calm_s + self.scenario.persona.hurry * (rules.hurried_s - rules.calm_s)

    def opening(self) -> CustomerLine:
        """The first line of the call."""
        return self._line(self._beat.lines, self._beat.id)

    def hear(self, reply: HeardReply) -> tuple[CustomerLine, tuple[MoodChange, ...]]:
        """Take in a reply: what the customer says now, and why their mood moved. The line may end the call."""
        facts = self._facts.listen(reply.words)
        self._state, changes = react(
            self._state,
            reply,
            self.scenario.persona,
            self._rules,
            facts=facts,
            broke_in_after_s=self._broke_in_after_s,
        )
        now = {finding.behaviour for finding in reply.wording.findings}
        self._heard_here |= now
        self._heard_ever |= now
        self._turns += 1
        self._silences, self._broke_in_after_s = 0, None
        self._on_hold = "announced_hold" in now
        return self._answer(), changes

    def hear_silence(self, silence_s: float) -> tuple[CustomerLine, tuple[MoodChange, ...]]:
        """Nothing was said for `silence_s` seconds: a prompt, and after several of them the customer is gone."""
        self._state, changes = react_to_silence(self._state, silence_s, self._rules)
        self._silences += 1
        self._on_hold = False
        if self._silences > self._rules.limits.prompts or self._out_of_patience():
            return self._end(Ending.HUNG_UP), changes
        return self._line(self.scenario.prompts, "prompt", self._silences - 1), changes

    def interruption(self, speaking_s: float) -> CustomerLine | None:
        """What the customer breaks in with once a reply has lasted `speaking_s` seconds; None when not minded to."""
        rules, persona = self._rules.interruptions, self.scenario.persona
        keen = max(
            (self.mood.anger - rules.from_anger) / (1.0 - rules.from_anger),
            (persona.hurry - rules.from_hurry) / (1.0 - rules.from_hurry),
        )
        if keen < 0 or self._broke_in_after_s is not None or self._broke_in >= self._rules.limits.interruptions:
            return None
        if not self.scenario.interruptions or speaking_s < rules.calm_s + min(1.0, keen) * (rules.hot_s - rules.calm_s):
            return None
        self._broke_in_after_s = speaking_s
        self._broke_in += 1
        return self._line(self.scenario.interruptions, "interruption", self._broke_in - 1)

    def likely_next(self) -> tuple[CustomerLine, ...]:
        """Lines likely to be said next, likeliest first, in the mood they would then be said in: to be voiced ahead."""
        met = tuple(need.split("|")[0] for need in self._beat.needs)
        helped = CustomerEngine.hear(deepcopy(self), imagined_reply((*_KIND, *met)))[0]
        unhelped = CustomerEngine.hear(deepcopy(self), imagined_reply(()))[0]
        unanswered = CustomerEngine.hear_silence(deepcopy(self), self.waits_s)[0]
        return tuple({line.text: line for line in (helped, unhelped, unanswered)}.values())

    def __deepcopy__(self, memo: dict[int, object]) -> Self:
        """A customer in the same state who goes on alone; what never changes is shared."""
        other = copy(self)
        other._heard_ever, other._heard_here = set(self._heard_ever), set(self._heard_here)
        other._facts = self._facts.copy()
        return other

    def _answer(self) -> CustomerLine:
        if (broken := self._broken_off()) is not None:
            return self._end(broken)
        tried = self._tries >= self._rules.limits.retries
        # A content customer who has asked often enough lets it go: a word misheard should not cost a good call.
        if self._met(self._beat) or (tried and self._beat.otherwise is None and self._content()):
            following = self._follower()
            if following is not None:
                return self._arrive(following)
            return self._end(self._good_ending())
        if not tried:
            self._tries += 1
            return self._line(self._beat.retry or self._beat.lines, self._beat.id, self._tries - 1)
        if self._beat.otherwise is not None:
            return self._arrive(self.scenario.beat(self._beat.otherwise))
        return self._end(self._bad_ending())

    def _arrive(self, beat: Beat) -> CustomerLine:
        self._beat, self._tries = beat, 0
        self._heard_here = set()
        return self._line(beat.lines, beat.id)

    def _met(self, beat: Beat) -> bool:
        return all(any(one in self._heard_here for one in need.split("|")) for need in beat.needs)

    def _follower(self) -> Beat | None:
        """The next beat that is not settled already; None at the end of the call."""
        beat, seen = self._beat, {self._beat.id}
        while beat.next is not None and beat.next not in seen:
            beat = self.scenario.beat(beat.next)
            seen.add(beat.id)
            settled = beat.unless and all(
                any(one in self._heard_ever for one in said.split("|")) for said in beat.unless
            )
            if not settled:
                return beat
        return None

    def _out_of_patience(self) -> bool:
        return self.mood.patience <= self._rules.limits.hang_up_patience

    def _broken_off(self) -> Ending | None:
        limits = self._rules.limits
        if self.mood.anger >= limits.manager_anger or self.mood.trust <= limits.manager_trust:
            return self._declared(Ending.MANAGER)
        if self._out_of_patience() or self._turns >= limits.turns:
            return Ending.HUNG_UP
        return None

    def _content(self) -> bool:
        limits = self._rules.limits
        return self.mood.anger <= limits.content_anger and self.mood.trust >= limits.content_trust

    def _good_ending(self) -> Ending:
        limits = self._rules.limits
        if not self._content():
            return self._bad_ending()
        moved = self.mood.anger <= limits.delight_anger and self.mood.trust >= limits.delight_trust
        if moved and any(one in self._heard_ever for one in self.scenario.delight):
            return Ending.DELIGHTED if Ending.DELIGHTED in self.scenario.endings else Ending.RESOLVED
        return Ending.RESOLVED

    def _bad_ending(self) -> Ending:
        return Ending.HUNG_UP if self.mood.patience < 0.2 else self._declared(Ending.MANAGER)

    def _declared(self, ending: Ending) -> Ending:
        return ending if ending in self.scenario.endings else Ending.HUNG_UP

    def _end(self, ending: Ending) -> CustomerLine:
        return self._line(self.scenario.endings[ending], ending.value, ending=ending)

    def _line(
        self, choices: Sequence[LineChoice], beat: str, nth: int = 0, ending: Ending | None = None
    ) -> CustomerLine:
        said = self._pick(choices, beat, nth)
        return CustomerLine(said.text, self.mood, beat, self.scenario.persona.hurry, ending, said.stress)

    def _pick(self, choices: Sequence[LineChoice], key: str, nth: int) -> LineChoice:
        """The hottest wording the customer is angry enough for; among equals the seed chooses, then they take turns."""
        fitting = [choice.from_anger for choice in choices if choice.from_anger <= self.mood.anger]
        level = max(fitting) if fitting else min(choice.from_anger for choice in choices)
        equals = [choice for choice in choices if choice.from_anger == level]
        return equals[(zlib.crc32(f"{self.seed}/{self.scenario.id}/{key}".encode()) + nth) % len(equals)]
