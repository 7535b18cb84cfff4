"""docs/cli.md is the program's own help, whole and fresh."""

from pathlib import Path

from counterproof.audits import registry
from counterproof.cli.app import COMMANDS
from counterproof.cli.document import commands, page

PAGE = Path(__file__).resolve().parents[2] / "docs" / "cli.md"


def test_the_page_is_fresh() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: make docs"


def test_no_command_is_undocumented() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for name in [*COMMANDS, *(f"audit {kind}" for kind in registry.kinds())]:
        assert f"\n## counterproof {name}\n" in text


def test_every_command_and_option_says_what_it_does() -> None:
    for name, command in commands():
        assert command.help, name
        for parameter in command.params:
            assert parameter.param_type_name == "argument" or getattr(parameter, "help", None), (name, parameter.name)
