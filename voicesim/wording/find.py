"""Looks for behaviours in a transcript: Transcript -> Wording."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import accumulate

from voicesim.domain import BehaviourFinding, Span, Transcript, Word, Wording
from voicesim.wording.lexicons import Behaviour, Lexicons
from voicesim.wording.names import mark_names
from voicesim.wording.openings import OpeningIndex
from voicesim.wording.tokens import QUESTION, STOP, Token, fluent, tokenize

_NEGATED = re.compile(
    r"(?:^| )(?:not|never|without|nor|unable|refuse|refusing) "
    r"(?:(?:be|been|being|really|actually|even|going|able|to|ever|have|just|here) )*$"
)
# Where a new clause begins, what was said before no longer rules: "You said it was late, but it will be there today."
_NEW_CLAUSE = frozenset({STOP, QUESTION, "but", "so", "anyway", "however"})
_CLAUSE_WORDS = 12
# A likely match stands beside words that come at most so long before it, or so soon after: "Tomorrow one of us will".
_WORDS_BEFORE, _WORDS_AFTER = 20, 5


class TokenText:
    """Tokens as one string, each followed by a space, with the way back from characters to tokens."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self.tokens = tokens
        self.text = "".join(token.text + " " for token in tokens)
        self._starts = [0, *accumulate(len(token.text) + 1 for token in tokens)]
        self.starts_of: dict[str, list[int]] = {}
        for token, start in zip(tokens, self._starts, strict=False):
            self.starts_of.setdefault(token.text, []).append(start)

    def token_range(self, match: re.Match[str]) -> tuple[int, int] | None:
        """First and last token of a match, sentence marks at its edges left out; None when nothing else is in it."""
        first = bisect_right(self._starts, match.start()) - 1
        last = bisect_right(self._starts, match.end() - 1) - 1
        marks = (STOP, QUESTION)
        while first <= last and self.tokens[first].text in marks:
            first += 1
        while last >= first and self.tokens[last].text in marks:
            last -= 1
        return (first, last) if first <= last else None

    def ranges(self, patterns: OpeningIndex) -> list[tuple[int, int]]:
        """First and last tokens of every match of `patterns`."""
        found = (self.token_range(match) for match in patterns.matches(self.text, self.starts_of))
        return [span for span in found if span]

    def before(self, token: int) -> str:
        """The text before a token."""
        return self.text[: self._starts[token]]

    @cached_property
    def clauses(self) -> Sequence[int]:
        """The number of the clause that each token is in."""
        return list(accumulate(int(token.text in _NEW_CLAUSE) for token in self.tokens))

    def is_beside(self, span: tuple[int, int], other: tuple[int, int]) -> bool:
        """Whether `other` is said in the same clause as `span`, not far before it or soon after."""
        near = other[1] >= span[0] - _WORDS_BEFORE and other[0] <= span[1] + _WORDS_AFTER
        return near and self.clauses[span[0]] == self.clauses[other[0]]

    def clause_before(self, token: int) -> str:
        """The words of the same clause before a token, at most `_CLAUSE_WORDS`."""
        first = token
        while first > max(0, token - _CLAUSE_WORDS) and self.tokens[first - 1].text not in _NEW_CLAUSE:
            first -= 1
        return self.text[self._starts[first] : self._starts[token]]


def find_wording(transcript: Transcript, lexicons: Lexicons, customer_name: str | None = None) -> Wording:
    """The behaviours heard in `transcript`, in order of time, each with its quote and the span of its words.

    `customer_name` ("Margaret Doyle") is what makes `used_name` and `<name>` match; recognised spellings may differ
    ("Margret", "Doil"). A transcript without timed words has no findings: there would be nothing to play.
    """
    words = transcript.words
    tokens = mark_names(tokenize([word.text for word in words]), customer_name)
    as_said, without_pauses = TokenText(tokens), fluent(tokens, lexicons.pauses)
    text = TokenText(without_pauses) if len(without_pauses) < len(tokens) else as_said
    found = {}
    for behaviour in lexicons.behaviours.values():
        heard = as_said if behaviour.hears_pauses else text
        matches = _matches(heard, behaviour)
        found[behaviour.id] = [(heard.tokens[first].word, heard.tokens[last].last_word) for first, last in matches]
    findings = [
        _finding(id_, words, first, last) for id_, spans in _not_with(found, lexicons, tokens) for first, last in spans
    ]
    findings.sort(key=lambda finding: (finding.span.start_s, finding.span.end_s, finding.behaviour))
    return Wording(tuple(findings), len(words))


_WordSpans = list[tuple[int, int]]


def _not_with(
    found: Mapping[str, _WordSpans], lexicons: Lexicons, tokens: Sequence[Token]
) -> Iterator[tuple[str, _WordSpans]]:
    """Behaviours and the words they were found in, without those that do not count in one sentence with another."""
    ends = [token.word for token in tokens if token.text in (STOP, QUESTION)]

    def sentences(spans: Iterable[tuple[int, int]]) -> list[int]:
        return [bisect_left(ends, first) for first, _ in spans]

    for id_, spans in found.items():
        others = {at for other in lexicons.behaviours[id_].entry.not_with for at in sentences(found[other])}
        yield id_, [span for span, at in zip(spans, sentences(spans), strict=True) if at not in others]


def find_phrases(words: Sequence[Word], patterns: Iterable[re.Pattern[str]]) -> tuple[tuple[str, Span], ...]:
    """Quote and span of every match of plain patterns (facts said right or wrong), overlapping ones joined."""
    text = TokenText(tokenize([word.text for word in words]))
    ranges = _joined(text.token_range(match) for pattern in patterns for match in pattern.finditer(text.text))
    found = (_finding("", words, text.tokens[first].word, text.tokens[last].last_word) for first, last in ranges)
    return tuple((finding.quote, finding.span) for finding in found)


def _matches(text: TokenText, behaviour: Behaviour) -> list[tuple[int, int]]:
    """Token ranges of a behaviour: overlapping matches joined, negated, excluded and reported ones dropped."""
    found = text.ranges(behaviour.patterns)
    if likely := text.ranges(behaviour.likely):
        beside = text.ranges(behaviour.beside)
        found += [span for span in likely if any(text.is_beside(span, other) for other in beside)]
    if not found:
        return []
    banned = text.ranges(behaviour.but_not)
    kept = []
    for span in found:
        if any(span[0] <= b[1] and b[0] <= span[1] for b in banned):
            continue
        if behaviour.entry.negatable and _NEGATED.search(text.before(span[0])):
            continue
        clause = text.clause_before(span[0])
        if any(pattern.search(clause) for pattern in behaviour.not_after):
            continue
        kept.append(span)
    return _joined(kept)


def _joined(ranges: Iterable[tuple[int, int] | None]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for first, last in sorted(r for r in ranges if r is not None):
        if joined and first <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
        else:
            joined.append((first, last))
    return joined


def _finding(behaviour: str, words: Sequence[Word], first: int, last: int) -> BehaviourFinding:
    said = words[first : last + 1]
    known = [word.confidence for word in said if word.confidence is not None]
    return BehaviourFinding(
        behaviour,
        quote=" ".join(word.text.strip() for word in said).strip(" ,;:"),
        span=Span(said[0].span.start_s, max(word.span.end_s for word in said)),
        confidence=sum(known) / len(known) if known else None,
    )
