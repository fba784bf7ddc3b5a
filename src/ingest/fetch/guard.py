"""Where a request may go: no address that leads into a private network, whoever names it.

A link, a redirect or a DNS answer of a stranger must not make this program ask machines that only it can
reach (server-side request forgery). `Guard.check_url` judges the address as written, `Guard.addresses` what
its host resolves to; `wire` connects to the very addresses that were judged, so that a second DNS answer
changes nothing. The table of networks restates IANA's special-purpose address registries (RFC 6890).
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

import httpx

from ingest.errors import ConfigError, RefusedError

MAX_URL = 8000
"""Characters; RFC 9110 asks clients and servers to support as many, and no site needs more."""
_PORTS = {"http": 80, "https": 443}
_LAST_PORT = 65535
_ADDRESSES = 8
"""More addresses of one host are not tried."""

_SPECIAL_4 = {
    IPv4Network("0.0.0.0/8"): "unspecified",
    IPv4Network("10.0.0.0/8"): "private",
    IPv4Network("100.64.0.0/10"): "a carrier's own",
    IPv4Network("127.0.0.0/8"): "loopback",
    IPv4Network("168.63.129.16/32"): "cloud metadata",
    IPv4Network("169.254.0.0/16"): "link-local or cloud metadata",
    IPv4Network("172.16.0.0/12"): "private",
    IPv4Network("192.0.0.0/24"): "reserved or cloud metadata",
    IPv4Network("192.0.2.0/24"): "reserved for documentation",
    IPv4Network("192.88.99.0/24"): "a tunnel relay's",
    IPv4Network("192.168.0.0/16"): "private",
    IPv4Network("198.18.0.0/15"): "reserved for benchmarks",
    IPv4Network("198.51.100.0/24"): "reserved for documentation",
    IPv4Network("203.0.113.0/24"): "reserved for documentation",
    IPv4Network("224.0.0.0/4"): "multicast",
    IPv4Network("240.0.0.0/4"): "reserved",
}
_SPECIAL_6 = {
    IPv6Network("::1/128"): "loopback",
    IPv6Network("::/128"): "unspecified",
    IPv6Network("64:ff9b:1::/48"): "a private translator's",
    IPv6Network("2001::/23"): "a tunnel's or reserved",
    IPv6Network("2001:db8::/32"): "reserved for documentation",
    IPv6Network("3fff::/20"): "reserved for documentation",
    IPv6Network("fc00::/7"): "private or cloud metadata",
    IPv6Network("fe80::/10"): "link-local",
    IPv6Network("fec0::/10"): "private",
    IPv6Network("ff00::/8"): "multicast",
}
_GLOBAL_6 = IPv6Network("2000::/3")
_NAT64 = IPv6Network("64:ff9b::/96")

Address = IPv4Address | IPv6Address
Resolve = Callable[[str, int], Iterable[str]]
"""Host and port -> addresses as text; raises OSError where there is none."""


def look_up(host: str, port: int) -> list[str]:
    """Return the addresses of a host as the system's resolver gives them, each once."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class Guard:
    """The one judge of addresses.

    `allow` lifts it for single addresses ("127.0.0.1"), networks ("10.1.0.0/16") and host names
    ("intranet.council.example"), on every port; `ports` are open everywhere beside 80 and 443.

    Raises:
        ConfigError: an entry of `allow` is none of these.
    """

    __slots__ = ("_names", "_networks", "_ports", "_resolve")

    def __init__(
        self, *, allow: Iterable[str] = (), ports: Iterable[int] = (), resolve: Resolve = look_up
    ) -> None:
        self._networks: list[IPv4Network | IPv6Network] = []
        self._names: set[str] = set()
        self._ports = {*_PORTS.values(), *ports}
        self._resolve = resolve
        for entry in allow:
            try:
                self._networks.append(ip_network(entry.strip("[] "), strict=False))
            except ValueError:
                if not entry.strip(". ") or any(sign in entry for sign in "/:@*? "):
                    raise ConfigError(
                        f"allow_hosts: {entry!r} is no address, network or host name; "
                        "write it as 10.1.2.3, 10.1.0.0/16 or intranet.example"
                    ) from None
                self._names.add(entry.strip(". ").lower())

    def check_url(self, url: httpx.URL) -> None:
        """Judge an address as it is written.

        Raises:
            RefusedError: not http(s), too long, with a user name in it, at an unusual port, or at a literal
                address of a private network.
        """
        if url.scheme not in _PORTS or not url.host:
            raise RefusedError(f"{url}: only http and https addresses are fetched")
        if len(str(url)) > MAX_URL:
            raise RefusedError(
                f"{str(url)[:100]}...: longer than {MAX_URL:,} characters; correct the address"
            )
        if url.userinfo:
            raise RefusedError(f"{url.copy_with(userinfo=b'')}: has a user name in it; leave that out")
        port = url.port or _PORTS[url.scheme]
        if port > _LAST_PORT:
            raise RefusedError(f"{url}: there is no port {port}; correct the address")
        literal = _literal(url.host)
        if self._is_allowed(url.host, literal):
            return
        if port not in self._ports:
            raise RefusedError(
                f"{url}: port {port} is not the web's; add it to allow_ports, or the host to allow_hosts"
            )
        if literal and (kind := _special(literal)):
            raise RefusedError(_refusal(url.host, url.host, kind))

    def addresses(self, host: str, port: int) -> list[str]:
        """Return the addresses to which a connection may be made, in the resolver's order.

        Raises:
            RefusedError: one of them is not a public address: an honest site has none such.
            OSError: the host has no address.
        """
        found = list(self._resolve(host, port))
        for text in found:
            address = _literal(text)
            if self._is_allowed(host, address):
                continue
            kind = _special(address) if address else "unreadable"
            if kind:
                raise RefusedError(_refusal(host, text, kind))
        if not found:
            raise OSError(f"{host} has no address")
        return found[:_ADDRESSES]

    def _is_allowed(self, host: str, address: Address | None) -> bool:
        return host.rstrip(".").lower() in self._names or (
            address is not None and any(address in network for network in self._networks)
        )


def _literal(host: str) -> Address | None:
    try:
        return ip_address(host.partition("%")[0])
    except ValueError:
        # Also for "127.1" and "2130706433": the resolver turns them into an address, which is then judged.
        return None


def _special(address: Address) -> str:
    """Return what keeps an address from being a public one; "" where it is one."""
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if address in _NAT64:
            inner = IPv4Address(int(address) & 0xFFFFFFFF)
        if inner:
            return _special(inner)
        named = next((kind for network, kind in _SPECIAL_6.items() if address in network), "")
        return named or ("" if address in _GLOBAL_6 else "reserved")
    return next((kind for network, kind in _SPECIAL_4.items() if address in network), "")


def _refusal(host: str, address: str, kind: str) -> str:
    leads = "" if host == address else f" leads to {address},"
    return f"{host}:{leads} an address that is {kind}; not fetched. Add it to allow_hosts if it is meant"
