"""What the README says is true."""

import re
from pathlib import Path

import pytest

from kg.cli import cli

README = (Path(__file__).parents[2] / "README.md").read_text()


def test_the_python_example_runs(capsys: pytest.CaptureFixture[str]) -> None:
    (block,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    exec(compile(block, "README.md", "exec"), {})
    assert "YOLO runs on" in capsys.readouterr().out


def test_every_command_and_option_exists() -> None:
    lines = re.findall(r"^\$ kg (.*?)(?:  +#.*)?$", README, re.MULTILINE)
    assert len(lines) >= 6
    for line in lines:
        name = line.split()[0]
        command = cli.get_command(None, name)  # type: ignore[arg-type]
        assert command is not None, name
        known = {option for parameter in command.params for option in parameter.opts}
        if name != "query":
            assert set(re.findall(r"(?<!\S)--[\w-]+", line)) <= known, line


def test_every_link_leads_somewhere() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert (Path(__file__).parents[2] / target).exists(), target
