"""IP addresses: read from text, and which of them belong to the public internet."""

from __future__ import annotations

import ipaddress
from ipaddress import IPv4Address, IPv6Address

# Not for us, though `is_global` says otherwise: everywhere, or in Python before 3.11.10 and 3.12.4 (its table was old).
NOT_PUBLIC = tuple(
    ipaddress.ip_network(text)
    for text in (
        "192.0.0.0/24",  # protocol assignments (RFC 6890); 192.0.0.192 is the metadata service of Oracle's older cloud
        "192.88.99.0/24",  # relays of 6to4 (RFC 7526: deprecated)
        "168.63.129.16/32",  # the host agent of every machine in Azure
        "2001::/23",  # protocol assignments (RFC 2928); Teredo among them is looked into
        "3fff::/20",  # documentation (RFC 9637)
        "5f00::/16",  # segment routing (RFC 9602)
    )
)
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")  # RFC 6052: the IPv4 address is in the last 32 bits
ISATAP = frozenset({0x00005EFE, 0x02005EFE})  # RFC 5214, 6.1: before the last 32 bits of any network
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
    if not ip.is_global or ip.is_multicast or ip.is_reserved or ip.is_unspecified:
        return False
    return not any(ip in network for network in NOT_PUBLIC if network.version == ip.version)


def _embedded(ip: IPv6Address) -> tuple[IPv4Address, ...]:
    """The IPv4 addresses behind this one: mapped, 6to4, Teredo (server, client), NAT64, ISATAP."""
    if ip.ipv4_mapped is not None:
        return (ip.ipv4_mapped,)
    if ip.sixtofour is not None:
        return (ip.sixtofour,)
    if ip.teredo is not None:
        return ip.teredo
    if ip in NAT64 or ip in IPV4_COMPATIBLE:
        return (IPv4Address(int(ip) & 0xFFFFFFFF),)
    if int(ip) >> 32 & 0xFFFFFFFF in ISATAP and ip.is_global:
        return (IPv4Address(int(ip) & 0xFFFFFFFF),)
    return ()
