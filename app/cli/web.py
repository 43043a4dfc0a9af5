"""One web process: the application on a socket that it is given, or opens itself."""

import socket
from threading import Thread

import uvicorn

from app.settings import settings

PATIENCE = 10
"""Seconds that open requests get to finish when the process is asked to stop."""


def listen(host: str, port: int) -> socket.socket:
    """A socket bound to this address.

    Raises:
        OSError: if the address is taken or not ours.
    """
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    listener = socket.socket(family, kind, protocol)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(address)
    except OSError:
        listener.close()
        raise
    return listener


def serve_web(fd: int | None) -> None:
    """Serve until told to stop. Several processes may share the socket of a parent that holds it in `fd`."""
    listener = socket.socket(fileno=fd) if fd is not None else listen(settings().host, settings().port)
    config = uvicorn.Config(
        "app.main:create_app",
        factory=True,
        loop="uvloop",
        http="httptools",
        lifespan="on",
        access_log=False,
        server_header=False,
        log_level="warning",
        timeout_graceful_shutdown=PATIENCE,
    )
    # Numba is large: the other commands, and the parent that watches over all processes, do without.
    from app.matching.warming import warm_pages  # noqa: PLC0415

    # Beside the serving, so that nobody waits for it at the start, and nobody at their first suggestion.
    Thread(target=warm_pages, daemon=True).start()
    uvicorn.Server(config).run(sockets=[listener])
