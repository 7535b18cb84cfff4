"""Read a plan's text: YAML or TOML into plain values, with the line of every key, and nothing that can explode."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import yaml

from counterproof.errors import InputError, PlanError, Problem

__all__ = ["KeyPath", "read"]

KeyPath = tuple[str | int, ...]

MOST_BYTES = 4_000_000
MOST_NODES = 200_000
MOST_DEPTH = 40


def read(path: Path) -> tuple[Any, dict[KeyPath, int]]:
    """Return the plan's plain values and the line (from 1) on which each key stands; no lines for TOML."""
    try:
        if path.is_dir():
            raise InputError("this is a folder, not a plan", where=str(path), hint="name the plan's file")
        if path.stat().st_size > MOST_BYTES:
            raise InputError("this file is too large for a plan", where=str(path), hint="put tables into files")
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise InputError("no such file", where=str(path)) from None
    except UnicodeDecodeError:
        raise InputError("this is not a text in UTF-8", where=str(path), hint="save the plan as UTF-8") from None
    except OSError as error:
        raise InputError(f"cannot be read ({error.strerror})", where=str(path)) from None
    if path.suffix.lower() == ".toml":
        return _toml(text, path), {}
    return _yaml(text, path)


def _toml(text: str, path: Path) -> Any:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PlanError([Problem(f"not sound TOML: {error}", str(path))]) from None
    except RecursionError:
        raise PlanError([Problem("nested too deeply", str(path))]) from None


def _yaml(text: str, path: Path) -> tuple[Any, dict[KeyPath, int]]:
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        where = f"{path}, line {line}" if line else str(path)
        raise PlanError([Problem(f"not sound YAML: {error.problem}", where)]) from None
    except (yaml.YAMLError, RecursionError):
        raise PlanError([Problem("not sound YAML", str(path))]) from None
    if root is None:
        raise PlanError([Problem("the plan is empty", str(path))])
    reader = _Reader(path)
    try:
        value = reader.value(root, ())
    except (ValueError, yaml.YAMLError):
        raise PlanError([Problem("a value cannot be read (an impossible date or number)", str(path))]) from None
    if reader.problems:
        raise PlanError(reader.problems)
    return value, reader.lines


class _Reader:
    """Builds plain values from YAML nodes, counting as it goes so that aliases cannot multiply without end."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lines: dict[KeyPath, int] = {}
        self.problems: list[Problem] = []
        self.nodes = 0
        self.scalars = yaml.constructor.SafeConstructor()

    def value(self, node: yaml.Node, at: KeyPath) -> Any:
        self.nodes += 1
        if self.nodes > MOST_NODES or len(at) > MOST_DEPTH:
            raise PlanError([Problem("the plan unfolds to too many values", self._where(node), "do not nest aliases")])
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, at)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(child, (*at, index)) for index, child in enumerate(node.value)]
        return self.scalars.construct_object(node, deep=True)

    def _mapping(self, node: yaml.MappingNode, at: KeyPath) -> dict[str, Any]:
        out: dict[str, Any] = {}
        for key_node, child in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                self.problems.append(Problem("a key must be a plain text", self._where(key_node)))
                continue
            key = key_node.value
            if key in out:
                self.problems.append(Problem(f"the key {key[:60]!r} stands twice", self._where(key_node)))
            self.lines[*at, key] = key_node.start_mark.line + 1
            out[key] = self.value(child, (*at, key))
        return out

    def _where(self, node: yaml.Node) -> str:
        return f"{self.path}, line {node.start_mark.line + 1}"
