"""The door: what other pages and other machines may not do, and that no text is ever run."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

import pytest

pytest.importorskip("starlette", reason="the page's packages are not installed (voicesim[web])")

from tests.web_fixtures import make_call
from tests.web_server import serving
from tests.web_stages import staged_parts
from tests.web_story import fill_demo
from voicesim.customer.scenarios import shipped_scenarios
from voicesim.domain import Session
from voicesim.errors import UsageError
from voicesim.store import Store
from voicesim.web.security import MAX_BODY_BYTES, DoorPolicy, is_loopback
from voicesim.web.server import address, bind

EVIL = "<img src=x onerror=alert(1)>\"'</script><script>alert(2)</script>"


@dataclass(frozen=True)
class Site:
    base: str
    store: Store
    sessions: dict[str, Session]

    @property
    def host(self) -> str:
        return urlsplit(self.base).netloc

    def ask(
        self, path: str, method: str = "GET", headers: Mapping[str, str] | None = None, body: object | None = None
    ) -> tuple[int, dict[str, str], str]:
        """One request exactly as given; status, headers, text."""
        connection = http.client.HTTPConnection(self.host, timeout=20)
        sent = {"Host": self.host, **(headers or {})}
        data = None if body is None else body if isinstance(body, str) else json.dumps(body)
        try:
            connection.request(method, path, data, sent)
            answer = connection.getresponse()
            return (
                answer.status,
                {k.lower(): v for k, v in answer.getheaders()},
                answer.read().decode("utf-8", "replace"),
            )
        finally:
            connection.close()

    def post(self, path: str, body: object, headers: Mapping[str, str] | None = None) -> tuple[int, str]:
        """As the page itself posts."""
        own = {"Origin": self.base, "Content-Type": "application/json", **(headers or {})}
        status, _, text = self.ask(path, "POST", own, body)
        return status, text


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with Store(tmp_path_factory.mktemp("door")) as store:
        sessions = fill_demo(store, history=2)
        with serving(staged_parts(store)) as base:
            yield Site(base, store, sessions)


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example", "", "[::1", "192.168.1.9"]
)
def test_other_host_names_are_not_answered(site: Site, host: str) -> None:
    status, _, text = site.ask("/practice", headers={"Host": host})
    assert status in (400, 421)
    assert "Margaret" not in text


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "[::1]"])
def test_loopback_names_are_answered(site: Site, name: str) -> None:
    assert site.ask("/practice", headers={"Host": f"{name}:1234"})[0] == 200


CHANGES = [
    ("/api/who", {"name": "Mallory"}),
    ("/api/call/start", {"scenario": "angry_refund"}),
    ("/api/call/hang-up", {}),
    ("/api/headset/open", {"device": "1"}),
    ("/api/sessions/20261120-1405-aaa/comments", {"text": "hello"}),
    ("/api/sessions/20261120-1405-aaa/overrides", {"score": "tone", "value": 1, "reason": "no"}),
    ("/api/sessions/20261120-1405-aaa/examples", {"why": "no"}),
    ("/api/sessions/20261120-1405-aaa/turns/0/retake/begin", {}),
]


@pytest.mark.parametrize(("path", "body"), CHANGES)
@pytest.mark.parametrize("origin", ["http://evil.example", "null", "", "https://127.0.0.1:9", "http://127.0.0.1:9"])
def test_no_other_page_changes_anything(site: Site, path: str, body: object, origin: str) -> None:
    headers = {"Content-Type": "application/json"} | ({"Origin": origin} if origin else {})
    assert site.ask(path, "POST", headers, body)[0] == 403


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""]
)
def test_a_form_cannot_change_anything(site: Site, kind: str) -> None:
    headers = {"Origin": site.base} | ({"Content-Type": kind} if kind else {})
    assert site.ask("/api/who", "POST", headers, '{"name": "Mallory"}')[0] == 415


def test_cross_site_fetches_are_refused_but_links_work(site: Site) -> None:
    path = f"/sessions/{site.sessions['main'].id}/recording"
    assert site.ask(path, headers={"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"})[0] == 403
    assert site.ask(path, headers={"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "cors"})[0] == 403
    assert site.ask("/team", headers={"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"})[0] == 200
    assert site.ask(path, headers={"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "no-cors"})[0] == 200


def test_the_page_itself_may_change_things(site: Site) -> None:
    status, text = site.post("/api/sessions/20261120-1405-aaa/comments", {"text": "well done"})
    assert status == 200 and json.loads(text)["id"] > 0


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[1]",
        "nonsense",
        '{"text": 5}',
        '{"text": "  "}',
        '{"text": "x", "start_s": "a"}',
        '{"text": "x", "start_s": -1}',
        '{"text": "x", "start_s": 1e300}',
        '{"text":"x","start_s":NaN}',
    ],
)
def test_what_makes_no_sense_is_refused_in_a_sentence(site: Site, body: str) -> None:
    status, text = site.post("/api/sessions/20261120-1405-aaa/comments", body)
    assert status == 400
    assert json.loads(text)["error"]


def test_a_huge_body_is_not_read(site: Site) -> None:
    status, _ = site.post("/api/who", {"name": "x" * MAX_BODY_BYTES})
    assert status == 413


def test_every_answer_carries_the_policy(site: Site) -> None:
    for path in ("/practice", "/static/common.js", "/nowhere", f"/sessions/{site.sessions['main'].id}/peaks"):
        _, headers, _ = site.ask(path)
        policy = headers["content-security-policy"]
        assert "script-src 'self'" in policy and "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert "access-control-allow-origin" not in headers


def test_no_page_has_inline_scripts_styles_or_outside_addresses(site: Site) -> None:
    main = site.sessions["main"].id
    for path in (
        "/practice",
        "/headset",
        "/progress",
        "/team",
        "/call",
        f"/sessions/{main}",
        f"/sessions/{main}/replay",
    ):
        _, _, text = site.ask(path)
        assert " style=" not in text and " onclick" not in text and "javascript:" not in text
        assert "<script>" not in text
        assert "https://" not in text and "http://" not in text.replace("http://www.w3.org", "")


@pytest.mark.parametrize(
    "path",
    [
        "/static/../app.py",
        "/static/%2e%2e/app.py",
        "/static/..%2fapp.py",
        "/sessions/..%2f..%2fetc%2fpasswd",
        "/sessions/%2e%2e/recording",
        "/sessions/20261120-1405-aaa/export/..%2f..%2fx",
        "/sessions/20261120-1405-aaa/export/nope",
        "/sessions/20261120/replay",
        "/sessions/20261120-1405-aaa/excerpt.wav?from=x&to=2",
        "/sessions/20261120-1405-aaa/excerpt.wav?from=0&to=900",
        "/sessions/20261120-1405-aaa/excerpt.wav?from=nan&to=inf",
        "/sessions/20261120-1405-aaa/turns/99/thought.wav",
        "/sessions/20261120-1405-aaa/turns/0/takes/7.flac",
        "/compare?a=20261120-1405-aaa&b=20261120-1405-aaa",
        "/compare",
    ],
)
def test_paths_that_lead_nowhere_are_refused(site: Site, path: str) -> None:
    status, _, text = site.ask(path)
    assert status in (400, 404)
    assert "Traceback" not in text and "root:" not in text


def test_a_recording_outside_the_data_folder_named_with_dots_is_not_served(site: Site) -> None:
    session = make_call(site.store, "20261101-1000-dot", shipped_scenarios()[0], turns=2)
    site.store.save_session(replace(session, recording_path="../../../etc/hostname"))
    assert site.ask(f"/sessions/{session.id}/recording")[0] == 404


def test_text_from_names_transcripts_and_scenarios_is_never_run(site: Site) -> None:
    scenario = shipped_scenarios()[0]
    evil = replace(scenario, title=EVIL, company=EVIL, persona=replace(scenario.persona, name=EVIL))
    session = make_call(site.store, "20261102-1000-xss", evil, trainee=EVIL, turns=2)
    turn = session.turns[0]
    session = replace(session, turns=(replace(turn, line=replace(turn.line, text=EVIL)), *session.turns[1:]))
    site.store.save_session(session)
    site.store.add_comment(session.id, EVIL, None, EVIL)
    site.store.override_score(session.id, EVIL, "tone", 3.0, EVIL)
    site.store.mark_example(session.id, EVIL, turn.reply_span, EVIL)
    for path in (
        f"/sessions/{session.id}",
        f"/sessions/{session.id}/replay",
        "/team",
        "/team/insight",
        "/team?q=%3Cscript%3Ealert(2)",
    ):
        _, _, text = site.ask(path)
        assert "<img src=x" not in text, path
        assert "<script>alert" not in text, path


def test_a_private_call_opens_for_its_own_trainee_alone(site: Site) -> None:
    session = make_call(site.store, "20261103-1000-prv", shipped_scenarios()[1], trainee="Ben", turns=2, private=True)
    mine, other = {"Cookie": "voicesim_who=Ben"}, {"Cookie": "voicesim_who=Ruth"}
    for path in ("", "/replay", "/recording", "/peaks", "/tracks.json", "/excerpt.wav?from=1&to=2", "/export/csv"):
        address_ = f"/sessions/{session.id}{path}"
        assert site.ask(address_, headers=mine)[0] == 200, path
        assert site.ask(address_, headers=other)[0] == 404, path
    assert session.id not in site.ask("/team?who=Ben", headers=other)[2]
    status, _ = site.post(f"/api/sessions/{session.id}/comments", {"text": "hm"}, other)
    assert status == 400


def test_only_the_trainee_whose_practice_it_was_makes_it_private_or_shares_it(site: Site) -> None:
    session = make_call(site.store, "20261103-1001-mix", shipped_scenarios()[1], trainee="Ben", turns=2)
    mine, other = {"Cookie": "voicesim_who=Ben"}, {"Cookie": "voicesim_who=Ruth"}
    address_, desk = f"/api/sessions/{session.id}/private", "/team?who=Ben"
    status, said = site.post(address_, {"private": True}, other)
    assert (status, "only whose practice it was" in said) == (400, True)
    assert session.id in site.ask(desk, headers=other)[2]
    assert site.ask(f"/sessions/{session.id}", headers=other)[0] == 200
    assert site.post(address_, {"private": True}, mine)[0] == 200
    assert session.id not in site.ask(desk, headers=other)[2]
    assert site.ask(f"/sessions/{session.id}", headers=other)[0] == 404  # at once, though it was open a moment ago
    assert site.post(address_, {"private": False}, other)[0] == 400
    assert site.post(address_, {"private": "no"}, mine)[0] == 400
    assert site.post(address_, {"private": False}, mine)[0] == 200
    assert session.id in site.ask(desk, headers=other)[2]
    recorded = site.sessions["batch"]
    theirs = {"Cookie": f"voicesim_who={recorded.trainee}"}
    assert site.post(f"/api/sessions/{recorded.id}/private", {"private": True}, theirs)[0] == 400


def test_elsewhere_than_loopback_needs_a_token() -> None:
    with pytest.raises(ValueError, match="access token"):
        DoorPolicy.for_bind("0.0.0.0")
    assert DoorPolicy.for_bind("127.0.0.1").token is None
    assert is_loopback("127.3.2.1") and is_loopback("::1") and not is_loopback("10.0.0.1") and not is_loopback("name")


def test_the_token_opens_the_page_once_and_then_the_cookie_does(site: Site) -> None:
    policy = DoorPolicy.for_bind("0.0.0.0", "s3cret-token")
    with serving(staged_parts(site.store), policy) as base:
        away = Site(base, site.store, {})
        assert away.ask("/practice")[0] == 401
        assert away.ask("/practice?token=wrong")[0] == 401
        assert away.ask("/practice", headers={"Host": "10.1.2.3:8466"})[0] == 401
        assert away.ask("/practice", headers={"Host": "rebound.example"})[0] == 421
        status, headers, _ = away.ask("/practice?token=s3cret-token")
        assert status == 303 and headers["location"] == "/practice"
        assert "httponly" in headers["set-cookie"].lower() and "samesite=strict" in headers["set-cookie"].lower()
        cookie = headers["set-cookie"].split(";")[0]
        assert away.ask("/practice", headers={"Cookie": cookie})[0] == 200
        assert away.ask("/practice", headers={"Cookie": cookie, "Host": "10.1.2.3:8466"})[0] == 200
        assert away.post("/api/who", {"name": "Eve"})[0] == 401


def test_a_taken_port_is_said_in_a_line() -> None:
    first = bind("127.0.0.1", 0)
    first.listen()
    try:
        with pytest.raises(UsageError, match="--port"):
            bind("127.0.0.1", first.getsockname()[1])
    finally:
        first.close()
    assert address("127.0.0.1", 8466, None) == "http://127.0.0.1:8466/"
    assert address("::1", 8466, "t") == "http://[::1]:8466/?token=t"
