"""The local web page: the trainee's practice room and the trainer's desk.

Starlette and Jinja2 on the server, plain JavaScript and canvas in the browser; everything is served from this folder,
so it works without internet. Engines, devices and exporters are passed in as `WebParts`; nothing is scored here.
"""

from voicesim.web.parts import (
    CallDesk,
    CallRequest,
    DeviceChoice,
    Exporter,
    PreparedCall,
    Studio,
    WebParts,
)

__all__ = ["CallDesk", "CallRequest", "DeviceChoice", "Exporter", "PreparedCall", "Studio", "WebParts"]
