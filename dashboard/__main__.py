"""The command line with the dashboard: everything of `etl.cli`, and `serve` and `demo`."""

from __future__ import annotations

import errno
import ipaddress
import logging
import re
import signal
import socket
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from etl.cli import LexiconOption, StoreOption, app
from etl.errors import PortInUseError

if TYPE_CHECKING:
    from dashboard.access import Access, Proxy

__all__ = ["main"]

HostOption = Annotated[str, typer.Option("--host", help="Address to listen on; the default answers this machine only.")]
PortOption = Annotated[int, typer.Option("--port", min=1, max=65535, help="Port to listen on.")]

AddingOption = Annotated[
    bool,
    typer.Option(
        "--allow-adding",
        help="Let documents be added where --host is not this machine alone: by anybody, or by who has signed in.",
    ),
]

NameOption = Annotated[
    str | None,
    typer.Option("--public-name", metavar="NAME", help="The host name under which a proxy in front serves it."),
]
PrivateOption = Annotated[
    bool, typer.Option("--private", help="Show nothing to who has not signed in; without it everybody may read.")
]
UserHeaderOption = Annotated[
    str | None,
    typer.Option(
        "--user-header",
        metavar="HEADER",
        help="Header in which a proxy that signs people in names them: X-Forwarded-User. With --trusted-proxy only.",
    ),
]
TrustedProxyOption = Annotated[
    str | None,
    typer.Option("--trusted-proxy", metavar="ADDRESS", help="IP address of that proxy; from others it is not taken."),
]

_LAST_PORT = 65535
_HEADER = re.compile(r"[A-Za-z0-9-]+")


def main() -> None:
    """Run the command line."""
    app()


@app.command()
def serve(  # noqa: PLR0913  an option each
    store: StoreOption = "store",
    host: HostOption = "127.0.0.1",
    port: PortOption = 8050,
    *,
    public_name: NameOption = None,
    allow_adding: AddingOption = False,
    private: PrivateOption = False,
    user_header: UserHeaderOption = None,
    trusted_proxy: TrustedProxyOption = None,
) -> None:
    """Serve the dashboard over a store.

    Who may decide about claims: on this machine alone its user; elsewhere, or as soon as there are accounts
    (trade-figures user add NAME), who has signed in; or whom a trusted proxy names.
    """
    from dashboard.access import Access  # noqa: PLC0415  (`--help` answers without loading Dash)
    from etl.accounts import Accounts, accounts_of  # noqa: PLC0415
    from etl.store import Store  # noqa: PLC0415  (nor the storage libraries)

    proxy, accounts = _proxy(trusted_proxy, user_header), Accounts(accounts_of(store))
    if private and not proxy and not accounts.names():
        message = "nobody could sign in; make an account first: trade-figures user add NAME"
        raise typer.BadParameter(message, param_hint="--private")
    check_port(host, port)
    Store.open(store)
    access = Access(accounts, host, proxy=proxy, private=private, adding=allow_adding)
    _listen(store, host, port, name=public_name, access=access)


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


def _proxy(address: str | None, header: str | None) -> Proxy | None:
    from dashboard.access import Proxy  # noqa: PLC0415

    if address is None and header is None:
        return None
    if address is None or header is None:
        message = "one goes with the other: the header in which a proxy names people, and its address"
        raise typer.BadParameter(message, param_hint="--user-header and --trusted-proxy")
    try:
        ipaddress.ip_address(address)
    except ValueError as error:
        message = f"{address!r} is no IP address such as 192.0.2.9"
        raise typer.BadParameter(message, param_hint="--trusted-proxy") from error
    if not _HEADER.fullmatch(header):
        message = f"{header!r} is no name of a header such as X-Forwarded-User"
        raise typer.BadParameter(message, param_hint="--user-header")
    return Proxy(address, header)


def _listen(
    store: str,
    host: str,
    port: int,
    *,
    name: str | None = None,
    access: Access | None = None,
) -> None:
    import waitress  # noqa: PLC0415

    from dashboard.app import create_app  # noqa: PLC0415
    from dashboard.intake import MOST_POSTED  # noqa: PLC0415

    server = create_app(store, host=host, name=name, access=access, warmed=True).server
    for chatty in ("waitress", "pint"):  # "task queue depth is 1", "parsing mins yields multiple results"
        logging.getLogger(chatty).setLevel(logging.ERROR)
    # As Ctrl+C does: what reads a large store in a process of its own ends too, and its files go.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    shown = f"[{host}]" if ":" in host else host
    typer.echo(f"Dashboard: http://{shown}:{port}  (Ctrl+C stops it)")
    waitress.serve(
        server,
        host=host,
        port=port,
        threads=16,
        max_request_body_size=MOST_POSTED,
        # They tell that a request was handed on; nobody believes more of them.
        clear_untrusted_proxy_headers=False,
    )


if __name__ == "__main__":
    main()
