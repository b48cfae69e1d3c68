"""The command line with the dashboard: everything of `etl.cli`, and `serve` and `demo`."""

from __future__ import annotations

import errno
import logging
import socket
from typing import Annotated

import typer

from etl.cli import LexiconOption, StoreOption, app
from etl.errors import PortInUseError

__all__ = ["main"]

HostOption = Annotated[str, typer.Option("--host", help="Address to listen on; the default answers this machine only.")]
PortOption = Annotated[int, typer.Option("--port", min=1, max=65535, help="Port to listen on.")]

AddingOption = Annotated[
    bool,
    typer.Option("--allow-adding", help="Let readers add documents, also where --host is not this machine alone."),
]

_LAST_PORT = 65535


def main() -> None:
    """Run the command line."""
    app()


@app.command()
def serve(
    store: StoreOption = "store",
    host: HostOption = "127.0.0.1",
    port: PortOption = 8050,
    *,
    allow_adding: AddingOption = False,
) -> None:
    """Serve the dashboard over a store."""
    from etl.store import Store  # noqa: PLC0415  (`--help` answers without loading the storage libraries)

    check_port(host, port)
    Store.open(store)
    _listen(store, host, port, adding=allow_adding)


@app.command()
def demo(
    store: StoreOption = "store-demo",
    host: HostOption = "127.0.0.1",
    port: PortOption = 8050,
    lexicon: LexiconOption = None,
) -> None:
    """Read the bundled documents and serve the dashboard over them."""
    from etl.pipeline import bundled_documents, run  # noqa: PLC0415

    check_port(host, port)
    report = run([bundled_documents()], store=store, lexicon=lexicon)
    typer.echo(f"{report.stored_documents} documents, {report.stored_claims} claims in {store}")
    _listen(store, host, port)


def check_port(host: str, port: int) -> None:
    """Raise `PortInUseError`, naming the port and the way out, where the address is taken or not ours."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise PortInUseError(_explain(error, host, port)) from error


def _explain(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        other = port + 1 if port < _LAST_PORT else 8050
        return f"port {port} is in use, perhaps by another dashboard; stop that one or choose another: --port {other}"
    if error.errno == errno.EACCES:
        return f"port {port} is reserved for the system; choose one from 1024 on: --port 8050"
    return f"cannot listen on {host}: {error.strerror or error}; use --host 127.0.0.1"


def _listen(store: str, host: str, port: int, *, adding: bool = False) -> None:
    import waitress  # noqa: PLC0415

    from dashboard.app import create_app  # noqa: PLC0415
    from dashboard.intake import MOST_POSTED  # noqa: PLC0415

    server = create_app(store, host=host, adding=adding).server
    for chatty in ("waitress", "pint"):  # "task queue depth is 1", "parsing mins yields multiple results"
        logging.getLogger(chatty).setLevel(logging.ERROR)
    shown = f"[{host}]" if ":" in host else host
    typer.echo(f"Dashboard: http://{shown}:{port}  (Ctrl+C stops it)")
    waitress.serve(server, host=host, port=port, threads=8, max_request_body_size=MOST_POSTED)


if __name__ == "__main__":
    main()
