"""Frozen dataclasses to plain JSON values and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from pydantic import TypeAdapter

T = TypeVar("T")
_adapters: dict[Any, TypeAdapter[Any]] = {}


def _adapter(kind: Any) -> TypeAdapter[Any]:
    if kind not in _adapters:
        from pydantic import TypeAdapter

        _adapters[kind] = TypeAdapter(kind)
    return _adapters[kind]


def dump(value: Any, kind: Any = None) -> Any:
    """A frozen dataclass (or a union of them, given as `kind`) as plain JSON values."""
    return _adapter(kind if kind is not None else type(value)).dump_python(value, mode="json")


def load(kind: type[T], data: Any) -> T:
    """The inverse of `dump`; raises `pydantic.ValidationError` on anything else."""
    loaded: T = _adapter(kind).validate_python(data)
    return loaded
