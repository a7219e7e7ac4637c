"""Which hosts can only this machine or its network reach? A page or source must not send its visitors there."""

__all__ = ["is_private"]


def is_private(host: str) -> bool:
    """Whether a host has an address that only this machine or its network can reach; the name is looked up for it.

    Args:
        host: A name or an address without brackets.

    Returns:
        False for a host that cannot be found: the request itself will say so, or it is known to a proxy alone.

    Example:
        >>> is_private("10.0.0.1"), is_private("::1"), is_private("")
        (True, True, False)
    """
    import ipaddress
    import socket

    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
        return not all(ipaddress.ip_address(str(address[0]).partition("%")[0]).is_global for *_, address in found)
    except (OSError, UnicodeError, ValueError):
        return False
