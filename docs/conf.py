"""How Sphinx builds the documentation."""

from importlib.metadata import version as version_of

project = "worktraq"
author = "worktraq contributors"
copyright = "worktraq contributors"
release = version = version_of("worktraq")

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

autodoc_typehints = "description"
autodoc_member_order = "bysource"

html_theme = "furo"
html_title = f"worktraq {release}"
html_copy_source = False
exclude_patterns = ["_build"]
