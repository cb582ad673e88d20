"""IP addresses: read from text, and which of them belong to the public internet."""

from __future__ import annotations

import ipaddress
from ipaddress import IPv4Address, IPv6Address

NAT64 = ipaddress.IPv6Network("64:ff9b::/96")  # RFC 6052: the IPv4 address is in the last 32 bits
IPV4_COMPATIBLE = ipaddress.IPv6Network("::/96")  # deprecated by RFC 4291, 2.5.5.1


def read_ip(text: str) -> str | None:
    """The IP address that a host is written as, brackets taken off; None where it is a name."""
    try:
        return str(ipaddress.ip_address(text.removeprefix("[").removesuffix("]")))
    except ValueError:
        return None


def is_public(address: str) -> bool:
    """Whether the address, and each IPv4 address embedded in it, may be reached over the public internet.

    False for loopback, private, shared (100.64/10), link-local (with the metadata address 169.254.169.254),
    multicast, reserved and documentation addresses (IANA special-purpose registries), and for what is no address.
    """
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, IPv6Address):
        embedded = _embedded(ip)
        if embedded:
            return all(_is_public(inner) for inner in embedded)
        if ip.is_site_local:
            return False
    return _is_public(ip)


def _is_public(ip: IPv4Address | IPv6Address) -> bool:
    return ip.is_global and not ip.is_multicast and not ip.is_reserved and not ip.is_unspecified


def _embedded(ip: IPv6Address) -> tuple[IPv4Address, ...]:
    """The IPv4 addresses behind this one: mapped, 6to4, Teredo (server, client), NAT64."""
    if ip.ipv4_mapped is not None:
        return (ip.ipv4_mapped,)
    if ip.sixtofour is not None:
        return (ip.sixtofour,)
    if ip.teredo is not None:
        return ip.teredo
    if ip in NAT64 or ip in IPV4_COMPATIBLE:
        return (IPv4Address(int(ip) & 0xFFFFFFFF),)
    return ()
