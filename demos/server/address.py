"""The addresses under which others reach this app."""

import socket
from urllib.parse import urlsplit, urlunsplit

LOOPBACK = ("localhost", "127.0.0.1", "::1")


def room_address(page: str, code: str, own: str | None) -> str:
    """The link that opens a room; arguments as of link_for_others()."""
    return link_for_others(page, f"room={code}", own)


def link_for_others(page: str, query: str, own: str | None) -> str:
    """A link into this app.

    Args:
        page: Address of the page that asks for it.
        query: What the link opens.
        own: This machine's address for others, in place of one that means every machine itself.
    """
    scheme, host, path, _, _ = urlsplit(page)
    name = urlsplit(page).hostname
    if name in LOOPBACK and own:
        port = urlsplit(page).port
        host = f"{own}:{port}" if port else own
    return urlunsplit((scheme, host, f"{path.rstrip('/')}/", query, ""))


def is_reached_by_others(address: str) -> bool:
    """Whether another machine can open an address."""
    return urlsplit(address).hostname not in LOOPBACK


def lan_address() -> str | None:
    """This machine's address in its network; None without one. Nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # a documentation address: the system only chooses an interface for it
        except OSError:
            return None
        return probe.getsockname()[0]
