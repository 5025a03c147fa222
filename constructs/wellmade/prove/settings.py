"""`wellmade.toml`, or `[tool.wellmade.prove]` of `pyproject.toml`: what no template can tell.

[prove]                        # in pyproject.toml: [tool.wellmade.prove]
account = "111122223333"       # default: 123456789012, and what the assembly says
region = "eu-west-1"
[prove.values]                 # imports, parameters, condition keys and so on, by the name that reports show
"TableName" = "orders"
"aws:PrincipalOrgID" = "o-a1b2c3d4e5"
[prove.keys]                   # ARN of a resource that is not in the templates -> ARN of its key
[prove.aliases]                # alias of a key -> the key's ARN
[prove.code]                   # logical id of a function -> its folder
"CreateFunction" = "src/create"
[prove.calls]                  # operation -> what it needs: "action on ARN"
"athena:GetQueryExecution" = ["athena:GetQueryExecution on *"]
[prove.libraries]              # library that nobody knows, by the name that reports show -> what it needs
"acme_store" = ["s3:GetObject on arn:aws:s3:::files/*"]
"acme_format" = []             # it calls nothing of AWS
[prove.exempt]                 # logical id of a function -> why it is left out
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from wellmade.errors import WellmadeError
from wellmade.project_settings import nearest_table
from wellmade.prove.calls import Need


@dataclass(frozen=True)
class Settings:
    """What a file told; the module's docstring shows each entry."""

    root: Path = field(default_factory=Path.cwd)
    account: str = ""
    region: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    keys: Mapping[str, str] = field(default_factory=dict)
    aliases: Mapping[str, str] = field(default_factory=dict)
    code: Mapping[str, str] = field(default_factory=dict)
    calls: Mapping[str, Sequence[str]] = field(default_factory=dict)
    libraries: Mapping[str, Sequence[str]] = field(default_factory=dict)
    exempt: Mapping[str, str] = field(default_factory=dict)

    def needs(self) -> dict[str, list[Need]]:
        """Return what operations need, by operation."""
        return _needs("calls", self.calls)

    def needs_of_libraries(self) -> dict[str, list[Need]]:
        """Return what libraries need, by name."""
        return _needs("libraries", self.libraries)

    def resources(self) -> set[str]:
        """Return what operations and libraries act on."""
        every = (*self.needs().values(), *self.needs_of_libraries().values())
        return {need.resource for needs in every for need in needs}


def settings_of(folder: Path) -> Settings:
    """Read the settings of the nearest folder upwards that has some.

    Raises:
        WellmadeError: If a file is no TOML, or an entry is not as the module's docstring shows it.
    """
    found = nearest_table(folder, "prove")
    return _settings(found[1], found[0]) if found else Settings(folder)


def _settings(table: Mapping[str, Any], file: Path) -> Settings:
    known = {each.name: each for each in fields(Settings) if each.name != "root"}
    for name, value in table.items():
        if name not in known:
            raise WellmadeError(
                f"{file}: prove.{name} must be one of {', '.join(known)}, got {name}; correct it"
            )
        wanted: type = str if name in ("account", "region") else dict
        if not isinstance(value, wanted):
            kind = "text" if wanted is str else "a table"
            raise WellmadeError(f"{file}: prove.{name} must be {kind}, got {value!r}; correct it")
    settings = Settings(file.parent, **table)
    settings.resources()  # what is needed is read here, so that a wrong entry is told whoever uses it
    return settings


def _needs(table: str, entries: Mapping[str, Any]) -> dict[str, list[Need]]:
    for name, texts in entries.items():
        if not isinstance(texts, list):
            raise WellmadeError(
                f'wellmade.toml: prove.{table} "{name}" must be a list, got {texts!r}; correct it'
            )
    return {name: [_need(table, name, text) for text in texts] for name, texts in entries.items()}


def _need(table: str, name: str, text: Any) -> Need:
    action, on, resource = str(text).partition(" on ")
    if not on or ":" not in action:
        raise WellmadeError(
            f'wellmade.toml: prove.{table} "{name}" must be "service:Action on ARN", got {text!r}; correct it'
        )
    return Need(action, resource)
