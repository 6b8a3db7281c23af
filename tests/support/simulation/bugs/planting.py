"""How a bug gets into the product: a function is another one, wherever the product has it by name."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

PRODUCT = ("shared.", "federation.", "space_node.")


@dataclass(frozen=True)
class Bug:
    """What is wrong, in one sentence, and how it gets into the product."""

    name: str
    what: str
    plant: Callable[[pytest.MonkeyPatch], None]


def everywhere(patch: pytest.MonkeyPatch, right: Callable[..., Any], wrong: Callable[..., Any]) -> None:
    """Put the wrong function wherever a module of the product has the right one."""
    holders = [module for name, module in list(sys.modules.items()) if name.startswith(PRODUCT)]
    found = [(module, name) for module in holders for name, value in list(vars(module).items()) if value is right]
    assert found, f"nobody uses {right.__name__} any more"
    for module, name in found:
        patch.setattr(module, name, wrong)


def instead_of(right: Callable[..., Any]) -> Callable[[Callable[..., Any]], Callable[[pytest.MonkeyPatch], None]]:
    """The decorated function is what the product then has in place of the right one."""

    def decorate(wrong: Callable[..., Any]) -> Callable[[pytest.MonkeyPatch], None]:
        return lambda patch: everywhere(patch, right, wrong)

    return decorate
