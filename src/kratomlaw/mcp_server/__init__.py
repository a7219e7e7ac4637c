"""How does an assistant ask? Over the Model Context Protocol; needs the extra ``mcp``.

>>> from kratomlaw.mcp_server import create_server
>>> create_server().name
'kratomlaw'
"""

from .server import create_server, run

__all__ = ["create_server", "run"]
