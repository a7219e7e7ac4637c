"""How is the documentation built? ``nox -s docs`` builds it into ``build/docs``; nothing in it asks a third party.

Sphinx reads the Markdown of this folder (MyST) and the docstrings of the code (autodoc). What the pages take from
elsewhere, and what a reference is generated from, says ``tools/docs_pages.py``.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools"))

import docs_pages  # noqa: E402  # found by the line above
from kratomlaw import __version__  # noqa: E402

setup = docs_pages.setup

project = "kratomlaw"
author = "The kratomlaw project"
project_copyright = "The kratomlaw project. Code: MIT. Records: CC0-1.0. Information, not legal advice"
version = release = __version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["decisions/README.md", "pictures"]  # shown by project/decisions.md
myst_heading_anchors = 4
myst_links_external_new_tab = False
nitpicky = True
smartquotes = False  # "--json" is typed with two hyphens

autodoc_default_options = {
    "members": True,
    "undoc-members": True,
    "member-order": "bysource",
    # A class shows what it inherits, but not what these bring, which is said once or goes without saying.
    "inherited-members": "Plain, Returned, LawReader, KratomLawError, Exception, StrEnum, Protocol, tuple, object",
}
autodoc_typehints_format = "short"
python_use_unqualified_type_names = True
python_maximum_signature_line_length = 100
napoleon_numpy_docstring = False
napoleon_use_rtype = False
napoleon_preprocess_types = False

html_theme = "furo"
html_title = "kratomlaw"
html_static_path: list[str] = []
html_show_sphinx = False
html_copy_source = False
html_show_sourcelink = False
pygments_style = "a11y-high-contrast-light"
pygments_dark_style = "a11y-high-contrast-dark"
