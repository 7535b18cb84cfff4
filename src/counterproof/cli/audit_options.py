"""The options of one kind of audit on the command line, made from the model that validates a plan.

An option is the plan's key with dashes; a list is the option in the singular, repeated; a mapping is KEY=VALUE,
repeated; a yes-or-no key is a pair of flags. A field may name its own option: ``json_schema_extra={"option": "--x"}``.
Nothing is validated here: the values go into a plan, and the plan's own rules speak.
"""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Union, get_args, get_origin

import click
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from counterproof.audits.own_files import FILE_KEY
from counterproof.cli.options import pairs

__all__ = ["KindOption", "of_model"]

Shape = Literal["value", "flag", "list", "mapping"]

FROM_ARGUMENTS = ("kind", "source")


@dataclass(frozen=True, slots=True)
class KindOption:
    """One plan key as an option. ``source``: the key names a source of the plan, and the option its file."""

    key: str
    option: str
    shape: Shape
    help: str
    choices: tuple[str, ...] = ()
    required: bool = False
    source: bool = False
    names_file: bool = False

    def parameter(self) -> click.Option:
        """The option as click knows it; ``None`` or ``()`` where it was not given."""
        name = f"kind_{self.key}"
        help_ = f"{self.help}{' (repeatable)' if self.shape in ('list', 'mapping') else ''}."
        if self.required:
            help_ += " Required."
        if self.shape == "flag":
            return click.Option([f"{self.option}/--no-{self.option[2:]}", name], default=None, help=help_)
        metavar = "KEY=VALUE" if self.shape == "mapping" else "|".join(self.choices) or "TEXT"
        metavar = "FILE" if self.source else metavar
        multiple = self.shape != "value"
        return click.Option([self.option, name], multiple=multiple, metavar=metavar, help=help_)

    def value(self, given: Any) -> Any:
        """What the plan gets, or None for an option that was not given."""
        if given is None or given == ():
            return None
        if self.shape == "mapping":
            return pairs(self.option, given)
        return list(given) if self.shape == "list" else given


def of_model(model: type[BaseModel]) -> list[KindOption]:
    """The options of a kind, in the order of its fields; a key that only a plan can express has none."""
    found = []
    for name, info in model.model_fields.items():
        shape = _said(info).get("shape") or _shape(info.annotation)
        if name not in FROM_ARGUMENTS and shape is not None:
            found.append(_option(info.alias or name, info, shape))
    return found


def _option(key: str, info: FieldInfo, shape: Shape) -> KindOption:
    extra = _said(info)
    singular = key.removesuffix("s") if shape == "list" else key
    option = str(extra.get("option") or f"--{singular.replace('_', '-')}")
    said = (info.description or key.replace("_", " ")).rstrip(".")
    marks = bool(extra.get("source")), bool(extra.get(FILE_KEY))
    return KindOption(key, option, shape, said, _choices(info.annotation), info.is_required(), *marks)


def _said(info: FieldInfo) -> Mapping[str, Any]:
    """What a field says of its own option."""
    return info.json_schema_extra if isinstance(info.json_schema_extra, Mapping) else {}


def _shape(annotation: Any) -> Shape | None:
    """How a key of this type is written; None for what needs a plan (a list of lists, a nested model)."""
    inner = [part for part in _parts(annotation) if part is not type(None)]
    kinds = {_shape_of(part) for part in inner}
    if "value" in kinds:  # a text will do where a plan may also write a mapping
        kinds.discard(None)
    for shape in ("list", "mapping"):
        if shape in kinds:
            return shape
    return kinds.pop() if len(kinds) == 1 else "value" if kinds == {"flag", "value"} else None


def _shape_of(part: Any) -> Shape | None:
    origin = get_origin(part) or part
    if origin in (list, tuple, set, frozenset):
        entries = [entry for entry in get_args(part) if entry is not Ellipsis]
        return "list" if all("value" in {_shape_of(p) for p in _parts(entry)} for entry in entries) else None
    if origin in (dict, Mapping):
        return "mapping"
    if part is bool:
        return "flag"
    return None if isinstance(origin, type) and issubclass(origin, BaseModel) else "value"


def _parts(annotation: Any) -> tuple[Any, ...]:
    """The members of a union, or the type itself."""
    if get_origin(annotation) in (Union, types.UnionType):
        return get_args(annotation)
    return (annotation,)


def _choices(annotation: Any) -> tuple[str, ...]:
    """The words of a ``Literal``, for the help."""
    for part in _parts(annotation):
        if get_origin(part) is Literal:
            return tuple(str(word) for word in get_args(part))
    return ()
