"""Whether a trainee has the customer's facts right."""

from __future__ import annotations

import re
from collections.abc import Sequence
from copy import copy

from voicesim.customer.mood import FactHeard
from voicesim.domain import FactCheck, Word
from voicesim.wording.find import find_phrases
from voicesim.wording.patterns import compile_pattern


class FactListener:
    """Listens for a scenario's facts. Each is noticed the first time it is right, and every time it is wrong.

    Raises PatternError for a phrase that cannot be read.
    """

    def __init__(self, checks: Sequence[FactCheck]) -> None:
        self._checks = [(check, _compiled(check.right), _compiled(check.wrong)) for check in checks]
        self._known: set[str] = set()

    def copy(self) -> FactListener:
        """A listener that has heard what this one has, and goes on by itself."""
        other = copy(self)
        other._known = set(self._known)
        return other

    def listen(self, words: Sequence[Word]) -> tuple[FactHeard, ...]:
        """Facts said right or wrong in `words`, at most one of each kind for a fact."""
        heard: list[FactHeard] = []
        for check, right, wrong in self._checks:
            for is_right, patterns in ((True, right), (False, wrong)):
                if is_right and check.fact in self._known:
                    continue
                for quote, span in find_phrases(words, patterns)[:1]:
                    heard.append(FactHeard(check, is_right, quote, span))
                    self._known.update({check.fact} if is_right else ())
        return tuple(heard)


def _compiled(phrases: Sequence[str]) -> tuple[re.Pattern[str], ...]:
    return tuple(compile_pattern(phrase, {}) for phrase in phrases)
