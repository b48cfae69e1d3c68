"""Tests → their result on a machine that has no network but itself.

`unshare -rn python -m tests.browser.alone TEST ...` gives it a network namespace of its own. Exits as pytest does, or
with 9 where another machine can be reached.
"""

from __future__ import annotations

import fcntl
import socket
import struct
import sys

import pytest

# From linux/sockios.h and linux/if.h.
_SIOCSIFFLAGS, _IFF_UP = 0x8914, 0x1
_ELSEWHERE = ("192.0.2.1", 80)  # an address of documentation, RFC 5737: there is none such, and no way to it


def main(arguments: list[str]) -> int:
    """Bring the loopback device up, make sure that it is the only one, and run the tests."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        fcntl.ioctl(control, _SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", _IFF_UP))
        if [name for _, name in socket.if_nameindex()] != ["lo"] or control.connect_ex(_ELSEWHERE) == 0:
            return 9
    return int(pytest.main(arguments))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
