"""Where may shops send to, by the data that is published? Writes the lists of every product beside it.

::

    python tools/shipping.py https://OWNER.github.io/REPOSITORY FOLDER

In the folder lies what ``kratomlaw data publish`` wrote; the lists come into ``shipping/leaf`` and so on. Each is
compared with that at the address: ``shipping-changes.csv`` says what is decided otherwise. The policy is the default
one, the buyer's age is not known: nothing is allowed for which a shop would have to do something first.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from kratomlaw import InvalidQueryError, KratomLaw, KratomLawError, Product
from kratomlaw.export import export_shipping
from kratomlaw.export.shipping_changes import read_earlier
from kratomlaw.updates.manifest import dataset_name
from published import fetch_file

__all__ = ["main", "write_lists"]

_LIST = "shipping.json"
_MAX_LIST = 32 * 1024 * 1024
"""Bytes; a list has some four million."""


def write_lists(address: str, folder: Path, products: Sequence[Product]) -> tuple[Path, ...]:
    """Write the lists of several products.

    Args:
        address: Where the folder is published; what lies there now is what the lists are compared with.
        folder: What is going to be published.
        products: The products.

    Returns:
        The files.

    Raises:
        RefreshError: The address does not answer, or with something else than a list.
        KratomLawError: The folder cannot be written.
        DataError: The data in the folder cannot be used.
    """
    version = json.loads((folder / "manifest.json").read_bytes())["version"]
    law = KratomLaw(dataset=folder / dataset_name(version), offline=True)
    written: list[Path] = []
    with TemporaryDirectory() as beside:
        for product in products:
            name = f"shipping/{product}/{_LIST}"
            content = fetch_file(address, name, _MAX_LIST)
            earlier = None if content is None else Path(beside) / f"{product}.json"
            if earlier and content is not None:
                earlier.write_bytes(content)
                earlier = _if_readable(earlier, name)
            written += export_shipping(folder / "shipping" / product, product=product, since=earlier, law=law)
    return tuple(written)


def _if_readable(earlier: Path, name: str) -> Path | None:
    """The earlier list; None, and a word on it, where a newer version cannot read it: it must not stop the data."""
    try:
        read_earlier(earlier)
    except InvalidQueryError:
        sys.stderr.write(f"{name} as it is published cannot be read: no table says what changed.\n")
        return None
    return earlier


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the lists, as the arguments say."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("address")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--product", type=Product, action="append", help="one of them; all by default")
    given = parser.parse_args(arguments)
    try:
        files = write_lists(given.address, given.folder, given.product or tuple(Product))
    except KratomLawError as error:
        raise SystemExit(str(error)) from None
    sys.stdout.write("".join(f"{file.relative_to(given.folder)}\n" for file in files))


if __name__ == "__main__":
    main()
