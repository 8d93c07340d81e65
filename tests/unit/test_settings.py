"""Settings from the environment."""

import pytest

from kg.errors import UsageError
from kg.namespaces import DEFAULT_BASE
from kg.settings import Settings, read_settings


def test_defaults() -> None:
    settings = read_settings({})
    assert settings.stores == ("abstract-kg",)
    assert settings.base == DEFAULT_BASE
    assert settings.workers >= 1


def test_what_the_environment_says() -> None:
    found = read_settings({"KG_STORE": " a  bolt://h ", "KG_BASE": "https://my.example/kg/", "KG_WORKERS": "3"})
    assert found == Settings(stores=("a", "bolt://h"), base="https://my.example/kg/", workers=3)


@pytest.mark.parametrize(
    "environment",
    [
        {"KG_BASE": "my.example"},
        {"KG_BASE": "https://my.example"},
        {"KG_BASE": "https://my.example/<x>/"},
        {"KG_WORKERS": "0"},
        {"KG_WORKERS": "many"},
    ],
)
def test_what_is_unusable_is_refused(environment: dict[str, str]) -> None:
    with pytest.raises(UsageError, match=next(iter(environment))):
        read_settings(environment)
