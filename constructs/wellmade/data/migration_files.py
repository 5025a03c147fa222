"""The folder of migrations: files in their order, judged before they travel."""

import hashlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from pathlib import Path

from constructs import IConstruct

from wellmade.facts.migrations import ADDS, NAME, TAKES_AWAY, fault_of, kind_of, made_by, narrows
from wellmade.facts.sql import Statement, UnreadableSqlError, statements_of
from wellmade.facts.unread_sql import told, unread, unsafe_routines
from wellmade.kit.packaging import bundled_programs, data_archive
from wellmade.kit.refusals import RefusedError, refusal, warning

MOST_KILOBYTES = 512
"""Of one file: it is a change of a schema, and no data."""
LATER = "put it into a file NNNN_name.contract.sql of a later release: the code that runs may"
PATTERN = "NNNN_name.sql, or NNNN_name.contract.sql for what takes away"


@dataclass(frozen=True, slots=True)
class MigrationFiles:
    """Migrations that may be run before the code that needs them."""

    files: Sequence[Path]

    @property
    def newest(self) -> str:
        """The last one: a release that has it has all before it."""
        return self.files[-1].stem

    @property
    def digest(self) -> str:
        """What tells these migrations from others."""
        told = hashlib.sha256()
        for file in self.files:
            content = file.read_bytes()
            told.update(f"{file.name}\0{len(content)}\0".encode() + content)
        return told.hexdigest()[:32]

    def archive(self, folder: str) -> Path:
        """Return them as an archive in which they lie in a folder."""
        return data_archive("migrations", {f"{folder}/{file.name}": file for file in self.files})


def read_migrations(scope: IConstruct, migrations: str | Path) -> MigrationFiles:
    """Return the migrations of a folder, or of a program of this library; other files do not travel.

    Raises:
        RefusedError: If there are none, two have one number, a name is no migration's, or a file cannot be
            run while the code of the release before is at work.
    """
    folder = migrations if isinstance(migrations, Path) else bundled_programs() / migrations / "migrations"
    found = sorted(folder.glob("*.sql"), key=lambda file: (_number(scope, file), file.name))
    if not found:
        fix = "name the folder that they lie in"
        raise refusal(scope, "migrations", f"a folder with files {PATTERN}", folder, fix)
    for before, file in pairwise(found):
        if _number(scope, before) == _number(scope, file):
            fix = "give the one that is not deployed yet a later number"
            raise refusal(scope, "migrations", "numbered, each once", f"{before.name} and {file.name}", fix)
    read = {file: _read(scope, file) for file in found}
    unsafe = unsafe_routines(chain.from_iterable(read.values()))
    for file, statements in read.items():
        _judge(scope, file, statements, unsafe)
    return MigrationFiles(found)


def unjudged(scope: IConstruct, files: MigrationFiles) -> Iterator[RefusedError]:
    """Yield a warning for each trigger and routine that may change what the code that runs does."""
    for file in files.files:
        statements = _read(scope, file)
        made = {made_by(each) for each in statements}
        for each in statements:
            if what := told(each, made):
                got, fix = f"{what}, at {file.name}:{each.line}", "judge it yourself"
                yield warning(
                    scope, "migrations", "read by this library, which judges no such code", got, fix
                )


def _number(scope: IConstruct, file: Path) -> int:
    name = NAME.fullmatch(file.name)
    if name is None:
        fix = "rename it; numbers order them, and a name stays"
        raise refusal(scope, "migrations", f"called {PATTERN}", file.name, fix)
    return int(name["number"])


def _read(scope: IConstruct, file: Path) -> list[Statement]:
    """Return the statements of a file; raise where it cannot be read."""
    if file.stat().st_size > MOST_KILOBYTES * 1024:
        fix = "load data by a job; a migration changes the schema"
        size = f"{file.stat().st_size // 1024} KB of {file.name}"
        raise refusal(scope, "migrations", f"at most {MOST_KILOBYTES} KB each", size, fix)
    try:
        statements = statements_of(file.read_text())
        for body in (body for each in statements for body in each.bodies if each.words[0] == "DO"):
            statements_of(body)
    except (UnreadableSqlError, UnicodeDecodeError) as error:
        fix = "end what was begun, and write UTF-8"
        raise refusal(scope, "migrations", "SQL of PostgreSQL", f"{file.name}: {error}", fix) from error
    if not statements:
        raise refusal(scope, "migrations", "statements of SQL", f"none in {file.name}", "remove the file")
    return statements


def _judge(scope: IConstruct, file: Path, statements: Sequence[Statement], unsafe: Collection[str]) -> None:
    """Raise where a file breaks what runs."""
    for statement in statements:
        if fault := fault_of(statement):
            raise _refused(scope, file, statement, fault)
        what = unread(statement, unsafe)
        if what and ".contract." not in file.name:
            raise _refused(scope, file, statement, f"{what}, or {LATER} use what it takes")
    _judge_order(scope, file, [(each, kind_of(each)) for each in statements])


def _judge_order(scope: IConstruct, file: Path, kinds: Sequence[tuple[Statement, str]]) -> None:
    """Raise where one release would add and take away."""
    is_contract = ".contract." in file.name
    made = {made_by(statement) for statement, _ in kinds}
    for statement, kind in kinds:
        table = narrows(statement)
        if table and table not in made and not is_contract:
            raise _refused(scope, file, statement, f"{LATER} write what it forbids")
        if kind == TAKES_AWAY and not is_contract:
            raise _refused(scope, file, statement, f"{LATER} use it")
        if kind == ADDS and is_contract and not table:
            fix = "a contract file only takes away; add in a file of an earlier release"
            raise _refused(scope, file, statement, fix)


def _refused(scope: IConstruct, file: Path, statement: Statement, fix: str) -> RefusedError:
    said = " ".join(statement.words[:6])
    got = f"{said} at {file.name}:{statement.line}"
    return refusal(scope, "migrations", "steps that the code which runs survives", got, fix)
