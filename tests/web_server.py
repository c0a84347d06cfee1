"""A page served for a test on a free port of this machine."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from voicesim.web import WebParts
from voicesim.web.security import DoorPolicy
from voicesim.web.server import bind, page_server


@contextmanager
def serving(parts: WebParts, policy: DoorPolicy | None = None) -> Iterator[str]:
    """The page on a free port of this machine; its address."""
    bound, ready = bind("127.0.0.1", 0), threading.Event()
    server = page_server(parts, policy or DoorPolicy(), bound, ready.set)
    thread = threading.Thread(target=server.serve_until_stopped, daemon=True)
    thread.start()
    if not ready.wait(10):
        raise RuntimeError("the page did not start within 10 s")
    try:
        yield f"http://127.0.0.1:{bound.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)
