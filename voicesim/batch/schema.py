"""The three tables a batch writes: their columns, types and meaning. The version is written in every row of calls."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

SCHEMA_VERSION = 1
Kind = Literal["text", "number", "count"]


@dataclass(frozen=True)
class Column:
    """One column. "number" is a float, "count" an integer; every column may be null."""

    name: str
    kind: Kind
    meaning: str


def _columns(kind: Kind, **meanings: str) -> tuple[Column, ...]:
    return tuple(Column(name, kind, meaning) for name, meaning in meanings.items())


CALLS: tuple[Column, ...] = (
    *_columns(
        "text",
        call="path or address of the recording; the key of all three tables",
        agent="from the manifest",
        customer="from the manifest",
        error="why the call could not be scored, in one line; null when it was",
        decoder="which decoder read the file, its container and codec",
    ),
    *_columns("count", sample_rate_hz="of the file", channels="of the file"),
    *_columns(
        "text",
        agent_channel='"left", "right", or "mono" where both parties share one channel',
        agent_channel_by='"manifest", "option", "found" (from how the two talk) or "voices" (told apart by voice)',
    ),
    *_columns("number", agent_channel_certainty="0.5 a guess to 1 certain"),
    *_columns(
        "number",
        tone="score 0-100, null with tone_reason",
        pace="score 0-100, null with pace_reason",
        warmth="score 0-100, null with warmth_reason",
        overall="0-100, only where all three stand",
    ),
    *_columns("text", tone_reason="why null", pace_reason="why null", warmth_reason="why null"),
    *_columns(
        "number",
        heat="how the agent sounded, 0 calm to 1 heated",
        liveliness="0 flat to 1 lively",
        warmth_heard="0 cold to 1 warm",
        delivery_certainty="0-1",
    ),
    *_columns("text", delivery_method="what heard the delivery", delivery_reason="why null"),
    *_columns(
        "number",
        duration_s="of the call",
        speech_s="the agent's speech",
        speech_rate_wpm="the agent's words a minute of speaking time",
        articulation_rate_sps="the agent's syllables a second without pauses",
        pause_share="0-1 of speaking time",
        f0_median_hz="the agent's pitch",
        f0_range_st="5th to 95th percentile of pitch, semitones",
        level_db="of the agent's speech, dB full scale",
        level_spread_db="10th to 90th percentile of level",
        spectral_tilt_db_per_octave="of the agent's voice",
        hnr_db="harmonics to noise",
        snr_db="speech over background",
        clipped_share="0-1 of samples",
        bandwidth_hz="highest frequency that carries speech",
        echo_db="customer's leak into the agent's channel",
        word_confidence="mean probability of the agent's words, 0-1",
        response_gap_median_s="from the end of the customer's turn to the agent's first word",
        dead_air_longest_s="both silent, not announced",
        talk_share="agent's share of all speech, 0-1",
        overlap_share="both spoke, 0-1 of the call; null for mono calls",
        silence_share="both silent, 0-1 of the call",
        longest_monologue_s="the agent's longest turn",
    ),
    *_columns(
        "count",
        words="the agent's",
        pause_count="the agent's",
        fillers="the agent's um and uh",
        interruptions="by the agent, 1 s or more; null for mono calls",
        dead_air_count="silences of 3 s or more, not announced",
        numbers_removed="card, account and similar numbers taken out, both sides",
    ),
    *_columns(
        "text",
        timing_reason="why a timing measure is null",
        advice="up to three things to do next time, one a line",
        warnings="about the sound, one a line",
        agent_text="what the agent said, numbers removed",
        customer_text="what the customer said, numbers removed",
        recogniser="engine and model",
        rubric="name of the rubric",
        rubric_version="of the rubric",
        session="id in the sessions store, with --store",
    ),
    *_columns("count", schema_version=f"of these tables, {SCHEMA_VERSION}"),
)
TURNS: tuple[Column, ...] = (
    *_columns("text", call="key"),
    *_columns("count", turn="1, 2, ... in order of time"),
    *_columns("text", party='"agent" or "customer"'),
    *_columns("number", start_s="in the call", end_s="in the call", response_gap_s="agent's delay before this turn"),
    *_columns("count", words="in the turn"),
    *_columns("text", text="numbers removed"),
)
EVIDENCE: tuple[Column, ...] = (
    *_columns("text", call="key", score='"tone", "pace", "warmth", or null for a behaviour heard'),
    *_columns("text", measure="what was measured, or the behaviour's name"),
    *_columns("number", value="in unit"),
    *_columns("text", unit="of value and band", band="the rubric's band", source="where the band comes from"),
    *_columns("number", effect="points gained or lost against full credit", start_s="in the call", end_s="in the call"),
    *_columns("text", quote="the words, numbers removed"),
)
TABLES: Mapping[str, tuple[Column, ...]] = {"calls": CALLS, "turns": TURNS, "evidence": EVIDENCE}
