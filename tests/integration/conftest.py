"""Running commands in the tests of the whole."""

from pathlib import Path

import pytest

from kg import cli
from tests.commands import Outcome, Run


@pytest.fixture
def kg(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Run a command in an empty working directory."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KG_WORKERS", "1")

    def run(*arguments: str | Path) -> Outcome:
        capsys.readouterr()
        with pytest.raises(SystemExit) as caught:
            cli.main([str(a) for a in arguments])
        captured = capsys.readouterr()
        return Outcome(int(caught.value.code or 0), captured.out, captured.err)

    return run
