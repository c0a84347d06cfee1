"""Weeks of made-up calls by a small team, with judgements: what the page's tests and pictures show."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np

from tests.web_fixtures import NOW, baseline, make_call
from voicesim.customer.scenarios import shipped_scenarios
from voicesim.domain import Ending, Session, SessionKind
from voicesim.store import Store


def fill_demo(store: Store, history: int = 22) -> dict[str, Session]:
    """Weeks of calls by a small team; the sessions tests speak of, by name."""
    scenarios = {s.id: s for s in shipped_scenarios()}
    names = list(scenarios)
    days = 44 // max(1, history)
    rng = np.random.default_rng(5)
    for number in range(history):
        scenario = scenarios[names[number % 7]]
        level = 48 + 1.3 * number
        tone, pace, warmth = (float(np.clip(level + rng.normal(0, 6) + shift, 5, 98)) for shift in (4, -6, 9))
        make_call(
            store,
            f"20261001-1000-{number:03d}",
            scenario,
            started_at=NOW - timedelta(days=50 - days * number),
            turns=4,
            tone=tone,
            pace=pace,
            warmth=warmth,
            private=number == history - 2,
            ending=[Ending.HUNG_UP, Ending.RESOLVED, Ending.MANAGER, Ending.DELIGHTED][number % 4],
        )
    for number, name in enumerate(["Ben", "Chen", "Dora", "Emil"]):
        make_call(
            store,
            f"20261110-0900-{number:03d}",
            scenarios[names[number]],
            trainee=name,
            started_at=NOW - timedelta(days=9 - number),
            turns=4,
            tone=40.0 + 12 * number,
            pace=70.0,
            warmth=35.0 + 9 * number,
        )
    batch = make_call(
        store,
        "20261112-0800-bat",
        scenarios[names[1]],
        trainee="Chen",
        started_at=NOW - timedelta(days=8),
        turns=5,
        kind=SessionKind.BATCH,
        warmth=None,
    )
    batch = replace(batch, scenario=None, scenario_id="")
    store.save_session(batch)
    main = make_call(store, "20261120-1405-aaa", scenarios["angry_refund"], started_at=NOW, turns=6)
    earlier = make_call(
        store,
        "20261118-1405-bbb",
        scenarios["angry_refund"],
        started_at=NOW - timedelta(days=2),
        turns=5,
        tone=51.0,
        pace=47.0,
        warmth=55.0,
        ending=Ending.HUNG_UP,
    )
    lost = make_call(
        store,
        "20261119-1405-ccc",
        scenarios["hurried_card"],
        started_at=NOW - timedelta(days=1),
        turns=2,
        ending=Ending.LOST,
        detail="the headset was unplugged",
        tone=66.0,
        pace=None,
        warmth=61.0,
    )
    store.save_baseline("Ana", baseline("Ana"))
    store.add_comment(main.id, "Ruth", main.turns[2].reply_span, "This pause is just right: she finishes her story.")
    store.mark_example(main.id, "Ruth", main.turns[4].reply_span, "How to say when, and keep it.")
    store.override_score(main.id, "Ruth", "pace", 66.0, "The customer asked for speed here; the rate fits.")
    return {"main": main, "earlier": earlier, "lost": lost, "batch": batch}
