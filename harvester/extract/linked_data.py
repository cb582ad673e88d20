"""JSON-LD of a page as plain nodes: the dicts of schema.org with their types, found at any depth."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from harvester.data import load_words

MAX_NODES = 2_000  # of one page: shops list thousands of products, the company stands before them

Node = dict[str, Any]


def read_nodes(json_ld: Iterable[str]) -> list[Node]:
    """Return the dicts of all blocks, outer ones first; a block that is no JSON counts as empty."""
    nodes: list[Node] = []
    for block in json_ld:
        try:
            tree = json.loads(_strip_comment_marks(block), strict=False)
        except (ValueError, RecursionError):
            continue
        for node in _walk(tree):
            nodes.append(node)
            if len(nodes) >= MAX_NODES:
                return nodes
    return nodes


def node_types(node: Node) -> list[str]:
    """Names of the node's types without the vocabulary's address.

    >>> node_types({"@type": "https://schema.org/Hotel"})
    ['Hotel']
    """
    found = node.get("@type", ())
    found = [found] if isinstance(found, str) else found
    return [name.rpartition("/")[2].rpartition(":")[2] for name in found if isinstance(name, str)] if found else []


def is_organization(node: Node) -> bool:
    """Say whether the node describes a company or a place of business."""
    known = load_words("organization_types")
    return any(name in known for name in node_types(node))


def text_of(value: object) -> str:
    """Text of a property: a string as it is, of a list the first, of a node its name or value; otherwise empty."""
    for _ in range(4):
        if isinstance(value, list):
            value = value[0] if value else ""
        elif isinstance(value, dict):
            value = value.get("name") or value.get("@value") or ""
        else:
            break
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return " ".join(value.split()) if isinstance(value, str) else ""


def texts_of(value: object) -> list[str]:
    """All texts of a property that may hold one value or a list."""
    values = value if isinstance(value, list) else [value]
    return [text for text in map(text_of, values) if text]


def _walk(tree: object) -> Iterator[Node]:
    queue: list[object] = [tree]
    for item in queue:  # grows while it is read: breadth first, so that depth is no danger
        if isinstance(item, dict):
            yield item
            queue.extend(value for value in item.values() if isinstance(value, (dict, list)))
        elif isinstance(item, list):
            queue.extend(item)


def _strip_comment_marks(block: str) -> str:
    """Take off CDATA or HTML comment marks, which some systems write around the block."""
    block = block.strip()
    for mark in ("<!--", "//<![CDATA[", "/*<![CDATA[*/", "<![CDATA["):
        block = block.removeprefix(mark)
    for mark in ("-->", "]]>", "/*]]>*/", "//]]>"):
        block = block.removesuffix(mark)
    return block.strip()
