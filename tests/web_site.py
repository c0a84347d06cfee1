"""A plugin for tests of the page in a browser: the fixtures `site`, weeks of made-up calls, `context` and `page`."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")

from playwright.sync_api import BrowserContext, Page, expect

from tests.web_browser import Site, browsing
from tests.web_server import serving
from tests.web_stages import StagedDesk, staged_parts
from tests.web_story import fill_demo
from voicesim.store import Store

expect.set_options(timeout=15_000)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with Store(tmp_path_factory.mktemp("web")) as store:
        sessions = fill_demo(store, history=3)
        parts = staged_parts(store)
        assert isinstance(parts.desk, StagedDesk)
        with serving(parts) as base:
            yield Site(base, store, parts.desk, sessions)


@pytest.fixture(scope="module")
def context() -> Iterator[BrowserContext]:
    with browsing() as opened:
        yield opened


@pytest.fixture
def page(context: BrowserContext, site: Site) -> Iterator[Page]:
    """A tab; any error on its console fails the test, but for requests the page refused and explained."""
    said: list[str] = []
    opened = context.new_page()
    opened.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
    opened.on("pageerror", lambda error: said.append(str(error)))
    site.desk.fails, site.desk.longest_s = None, 60.0
    yield opened
    opened.close()
    assert [text for text in said if "status of 400" not in text] == []
