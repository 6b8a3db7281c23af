"""A file of JSON that a command reads, and what is said of one that is none."""

import json
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from shared.json_file import JsonFile


@click.command()
@click.argument("file", type=JsonFile())
def command(file: dict[str, object]) -> None:
    click.echo(json.dumps(file))


@pytest.mark.parametrize("name", ["good.json", "-"])
def test_the_object_is_given_from_a_file_or_standard_input(name: str, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("good.json").write_text('{"title": "Lunch"}')
    assert CliRunner().invoke(command, [name], input='{"title": "Lunch"}').output == '{"title": "Lunch"}\n'


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"{", "bad.json: The body is not JSON (line 1, column 2)."),
        (b"\xff", "bad.json: The body is not UTF-8 (byte 0)."),
        (b"[1]", "bad.json: an object of JSON is expected, which begins with {."),
        (None, "'bad.json': No such file or directory"),
    ],
)
def test_what_is_no_object_of_json_is_told_with_the_name_of_the_file(
    content: bytes | None, says: str, tmp_path: Path, monkeypatch
) -> None:
    monkeypatch.chdir(tmp_path)
    if content is not None:
        Path("bad.json").write_bytes(content)
    result = CliRunner().invoke(command, ["bad.json"])
    assert (result.exit_code, result.stderr.splitlines()[-1]) == (2, f"Error: Invalid value for 'FILE': {says}")
