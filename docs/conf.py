"""The documentation site: ``sphinx-build -W -c docs . build/site``, without a network.

The repository is the source folder, not ``docs``, so that README, CHANGELOG and CONTRIBUTING are pages and every link
that leads somewhere in a checkout leads there on the site.
"""

import re
from typing import Final

from sphinx.application import Sphinx

project: Final = "iasyncinfo"
language: Final = "en"
root_doc: Final = "docs/index"
include_patterns: Final = ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "docs/**"]
exclude_patterns: Final = [".*", "build", "dist", "docs/templates", "**/tests", "**/__pycache__"]
extensions: Final = ["myst_parser", "sphinx.ext.autodoc"]
source_suffix: Final = {".md": "markdown"}

# Headings have the anchors that a repository's own view gives them: rules.html#cancel-ok is CANCEL-OK's for good.
myst_heading_anchors: Final = 4

autodoc_typehints: Final = "description"
autodoc_member_order: Final = "bysource"
add_module_names: Final = False

html_theme: Final = "furo"
html_title: Final = "iasyncinfo"
templates_path: Final = ["templates"]
html_additional_pages: Final = {"index": "home.html"}
html_copy_source: Final = False
html_show_copyright: Final = False

_LISTING: Final = re.compile(r"^### (?P<caption>.+)\n\n(?P<links>(?:- \[.*\n)+)", re.MULTILINE)
_BELOW: Final = {"docs/reference/tables": "tables/*", "docs/reference/atlas": "atlas/*"}
"""The pages that have others below them, and which."""


def toctree(lines: str, options: str) -> str:
    """Return the directive that puts pages into the navigation; in the text it is not seen."""
    return f"\n```{{toctree}}\n:hidden:\n{options}\n\n{lines}\n```\n"


def navigation(page: str, text: str) -> str:
    """Return the directives of a page: the home page's follow from its lists, which stay plain Markdown."""
    if page == root_doc:
        return "".join(
            toctree(_entries(found["links"]), f":caption: {found['caption']}") for found in _LISTING.finditer(text)
        )
    return toctree(_BELOW[page], ":glob:") if page in _BELOW else ""


def _entries(links: str) -> str:
    return re.sub(r"^- \[(.+)\]\((.+)\.md\)$", r"\1 <\2>", links.rstrip(), flags=re.MULTILINE)


def _append_navigation(_app: Sphinx, page: str, source: list[str]) -> None:
    source[0] += navigation(page, source[0])


def setup(app: Sphinx) -> None:
    """Have each page's navigation appended when it is read."""
    app.connect("source-read", _append_navigation)
