"""Render a page with pyvis: its network and template engine, our template, nothing from any host.

The template that ships with pyvis 0.3.2 loads Bootstrap from a CDN whatever `cdn_resources` says, and
shows a loading bar over everything; so only its vis-network bundle is used.
"""

import base64
import hashlib
from pathlib import Path
from typing import Any, Final

from kg.viz.content import Content

_FOLDER: Final = Path(__file__).parent / "page"
_SCRIPTS: Final = ("data.js", "picture.js", "details.js", "controls.js")
_LIBRARY: Final = "lib/vis-9.1.2/vis-network.min.js"
_BUSY: Final = 1500


def render_page(content: Content, *, heading: str, summary: str, empty: str, focus: str | None) -> str:
    """The whole page as HTML; `summary` says under the heading what is shown, `empty` why there is nothing."""
    from jinja2 import Environment, FileSystemLoader
    from markupsafe import Markup
    from pyvis.network import Network

    network = Network(directed=True, cdn_resources="in_line", heading=heading)
    library = (Path(network.template_dir) / _LIBRARY).read_text(encoding="utf-8")
    scripts = [library, *(_read(name) for name in _SCRIPTS)]
    network.path = "page.html"
    network.templateEnv = Environment(loader=FileSystemLoader(_FOLDER), autoescape=True, trim_blocks=True)
    network.templateEnv.globals.update(
        scripts=[Markup(script) for script in scripts],  # noqa: S704 - files of the packages, no text of the graph
        script_hashes=[Markup(policy_hash(script)) for script in scripts],  # noqa: S704
        stylesheet=Markup(_read("page.css")),  # noqa: S704
        types=content.types,
        page=content.page(focus=focus),
        options_data=_options(len(content.edges)),
        summary=summary,
        empty=empty,
    )
    network.options = _options(len(content.edges))
    for node in content.nodes:
        network.add_node(node["id"], **{key: value for key, value in node.items() if key != "id"})
    for edge in content.edges:
        ends = {"from", "to"}
        network.add_edge(edge["from"], edge["to"], **{k: v for k, v in edge.items() if k not in ends})
    return str(network.generate_html())


def _options(edges: int) -> dict[str, Any]:
    """Options of vis-network: places are given, so physics stays off."""
    return {
        "physics": {"enabled": False},
        "layout": {"improvedLayout": False, "randomSeed": 1},
        "interaction": {
            "hover": True,
            "hoverConnectedEdges": False,
            "selectConnectedEdges": False,
            "dragNodes": True,
            "hideEdgesOnDrag": edges > _BUSY,
            "hideEdgesOnZoom": edges > _BUSY,
            "tooltipDelay": 10_000,
        },
        "nodes": {"borderWidth": 1.5, "labelHighlightBold": False},
        "edges": {"arrows": {"to": {"enabled": True, "scaleFactor": 0.45}}, "selectionWidth": 1, "hoverWidth": 1},
    }


def _read(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")


def policy_hash(script: str) -> str:
    """The source expression that lets a page run this inline script and no other (W3C, Content Security Policy 3)."""
    digest = hashlib.sha256(script.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
