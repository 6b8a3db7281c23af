import sys
from collections.abc import Callable
from types import ModuleType
from typing import NoReturn

import pytest

import federation.__main__
import space_node.__main__


def interrupted() -> NoReturn:
    raise KeyboardInterrupt


@pytest.mark.parametrize("still_loads", [True, False])
@pytest.mark.parametrize("program", [federation.__main__, space_node.__main__])
def test_ctrl_c_ends_a_command_without_a_traceback(program: ModuleType, still_loads: bool, monkeypatch) -> None:
    class Cli(ModuleType):
        def __getattr__(self, name: str) -> Callable[[], None]:
            return interrupted() if still_loads else interrupted

    cli = f"{program.__package__}.cli"
    monkeypatch.setitem(sys.modules, cli, Cli(cli))
    with pytest.raises(SystemExit) as ended:
        program.main()
    assert (ended.value.code, ended.value.__cause__, ended.value.__suppress_context__) == (130, None, True)
