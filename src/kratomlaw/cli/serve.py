"""How does a person start a server? ``kratomlaw serve`` for HTTP, ``kratomlaw mcp`` for assistants."""

from datetime import timedelta
from typing import Annotated

import typer

from .output import reporting

__all__ = ["mcp", "serve"]

_LONGEST_HEAD = 16_384
"""Bytes of a request before its body."""
_MOST_CONNECTIONS = 1000
_SECONDS_TO_END = 10


def serve(
    host: Annotated[
        str, typer.Option(help="The address to listen on; 0.0.0.0 for all addresses of this machine.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port; 0 for any that is free.")] = 8000,
    root_path: Annotated[str, typer.Option(help="The path prefix that a proxy in front removes, as in /kratom.")] = "",
    cors_origin: Annotated[
        list[str] | None,
        typer.Option(help="A web site whose pages may ask, as in https://shop.example; may be repeated."),
    ] = None,
    refresh_hours: Annotated[
        float, typer.Option(min=0, help="Hours between refreshes, if KRATOMLAW_SOURCE_URL is set; 0 for never.")
    ] = 6.0,
    access_log: Annotated[bool, typer.Option("--access-log", help="Print each request, with the place in it.")] = False,
) -> None:
    """Answer over HTTP.

    A page for people is at /; /docs and /openapi.json describe the questions. Settings come from the variables
    KRATOMLAW_SOURCE_URL and so on.
    """
    with reporting():
        import uvicorn

        from ..web.api.app import create_app

        app = create_app(
            refresh_every=timedelta(hours=refresh_hours) if refresh_hours else None,
            cors_origins=cors_origin or (),
        )
    uvicorn.run(
        app,
        host=host,
        port=port,
        root_path=root_path,
        access_log=access_log,
        server_header=False,
        # The other implementation is faster, but lets the head of a request grow without end.
        http="h11",
        h11_max_incomplete_event_size=_LONGEST_HEAD,
        ws="none",
        limit_concurrency=_MOST_CONNECTIONS,
        timeout_graceful_shutdown=_SECONDS_TO_END,
    )


def mcp() -> None:
    """Answer an assistant's questions (Model Context Protocol).

    It speaks over standard input and output; the assistant starts it.
    """
    with reporting():
        from ..mcp_server import run

        run()
