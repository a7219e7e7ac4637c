"""Do the front doors of an installed wheel open? Run by the session ``wheel`` of the noxfile, away from the sources."""

from kratomlaw import lookup
from kratomlaw.mcp_server import create_server
from kratomlaw.web import create_app

if "/v1/lookup" not in create_app().openapi()["paths"]:
    raise SystemExit("The HTTP API does not describe its look-up.")
create_server()
if not lookup(postal_code="62002", on="2026-11-23").candidates:
    raise SystemExit("A ZIP code of several places has no candidates.")
