"""Statements are told apart as PostgreSQL tells them, and by what they do to code that runs."""

import pytest

from wellmade.facts.migrations import ADDS, NEITHER, TAKES_AWAY, fault_of, kind_of, made_by, narrows
from wellmade.facts.sql import UnreadableSqlError, statements_of


@pytest.mark.parametrize(
    ("sql", "number"),
    [
        ("", 0),
        (";;", 0),
        ("select 1; select 2", 2),
        ("select ';'; select 1", 2),
        ("select 'it''s;'", 1),
        (r"select E'\';'; select 1", 2),
        ('select ";" from a', 1),
        ("-- one; two\nselect 1", 1),
        ("/* a; /* b; */ c; */ select 1", 1),
        ("do $$ begin; end; $$; select 1", 2),
        ("do $a$ $$;$$ $a$", 1),
        ("select $1, a$b; select 1", 2),
        ("create function f() returns int begin atomic select case when true then 1 end; select 2; end", 1),
        ("create rule r as on insert to a do (select 1; select 2); select 3", 2),
    ],
)
def test_statements_end_where_postgresql_ends_them(sql: str, number: int) -> None:
    assert len(statements_of(sql)) == number


@pytest.mark.parametrize("sql", ["select 'a", 'select "a', "/* a", "do $$ a", "select (1"])
def test_what_is_not_ended_is_refused(sql: str) -> None:
    with pytest.raises(UnreadableSqlError):
        statements_of(sql)


def test_a_statement_is_found_by_its_line() -> None:
    assert [
        each.line for each in statements_of("-- one\nselect 1;\n\n/* a\n b */\nselect '\n'; select 3")
    ] == [2, 6, 7]


@pytest.mark.parametrize(
    ("sql", "kind"),
    [
        ("create table a (b int)", ADDS),
        ("create or replace view a as select 1", ADDS),
        ("alter table a add column b text not null default ''", ADDS),
        ("alter table a add constraint c check (b > 0) not valid", ADDS),
        ("alter type a add value 'b'", ADDS),
        ("alter table a alter column b drop not null", NEITHER),
        ("alter table a drop constraint c", NEITHER),
        ("alter table a validate constraint c", NEITHER),
        ("alter role current_user set statement_timeout = '5s'", NEITHER),
        ("update a set b = 1", NEITHER),
        ("insert into a values ('drop table a')", NEITHER),
        ("drop index a", TAKES_AWAY),
        ("truncate a", TAKES_AWAY),
        ("delete from a", TAKES_AWAY),
        ("revoke select on a from b", TAKES_AWAY),
        ("alter table only x.a drop column if exists b cascade", TAKES_AWAY),
        ("alter table a drop b", TAKES_AWAY),
        ("alter table a alter b set not null", TAKES_AWAY),
        ("alter table a alter column b set data type bigint", TAKES_AWAY),
        ("alter table a alter b type bigint using b::bigint", TAKES_AWAY),
        ("alter table a alter b drop default", TAKES_AWAY),
        ("alter table a set schema b", TAKES_AWAY),
        ("alter table a set unlogged", TAKES_AWAY),
        ("alter table a alter b drop identity", TAKES_AWAY),
        ("alter table a alter column b drop expression", TAKES_AWAY),
        ("alter table a alter column type set default 1", NEITHER),
        ("alter table a alter type set default 1", NEITHER),
        ("alter table a alter type type bigint", TAKES_AWAY),
        ("alter type a alter attribute b type bigint", TAKES_AWAY),
        ("do $$ begin if true then alter table a alter b type bigint; end if; end $$", TAKES_AWAY),
        (
            "do $$ declare r record; begin for r in select 1 loop update a set b = 1; end loop; end $$",
            NEITHER,
        ),
        ("do $$ begin truncate a; end $$", TAKES_AWAY),
        ("with old as (delete from a returning *) insert into b select * from old", TAKES_AWAY),
        ("with a as (select 1) insert into b select * from a", NEITHER),
        ("create table b as with old as (delete from a returning *) select * from old", TAKES_AWAY),
        ("create table b (a int references a on delete cascade)", ADDS),
        ("merge into a using b on a.c = b.c when matched then delete", TAKES_AWAY),
        ("copy (delete from a returning *) to stdout", TAKES_AWAY),
        ("alter table a no inherit b", TAKES_AWAY),
        ("do $$ begin create table b (a int references a on delete cascade); end $$", NEITHER),
        ("do $$ begin alter table a drop constraint if exists c; end $$", NEITHER),
        ("do $$ begin alter table a alter b drop not null; end $$", NEITHER),
        ("do $$ begin alter table a drop constraint c, drop column b; end $$", TAKES_AWAY),
        ("alter table a detach partition b", TAKES_AWAY),
        ("alter table a owner to b", TAKES_AWAY),
        ("reassign owned by a to b", TAKES_AWAY),
        ("select set_config('search_path', 'a', true)", NEITHER),
    ],
)
def test_what_a_statement_does_is_known(sql: str, kind: str) -> None:
    [statement] = statements_of(sql)
    assert fault_of(statement) is None
    assert kind_of(statement) == kind


@pytest.mark.parametrize(
    "sql",
    [
        "begin",
        "commit",
        "prepare transaction 'a'",
        "vacuum a",
        "create database a",
        "create unique index concurrently a on b (c)",
        "drop index concurrently a",
        "reindex table concurrently a",
        "alter system set a = 1",
        "copy a from stdin",
        r"\connect a",
        "set search_path to a",
        "alter table a rename to b",
        "alter table if exists only a.b rename column c to d",
        "alter type a rename value 'b' to 'c'",
        "alter function a(b int, c int) rename to d",
        "alter table a add b int not null",
        "select set_config('search_path', 'a', false)",
        "select pg_catalog.set_config('search_path', concat('a', 'b'), false)",
        "alter table a add column b uuid primary key",
        "explain analyze delete from a",
        "do 'begin drop table a; end'",
        "do language plpgsql 'begin null; end'",
        "do $$ begin set search_path to a; end $$",
        "do $$ begin perform set_config('search_path', 'a', false); end $$",
        "do $$ begin alter table a rename to b; end $$",
        "select set_config('search_path', (select true::text), false)",
    ],
)
def test_what_no_migration_may_hold_is_known(sql: str) -> None:
    [statement] = statements_of(sql)
    assert fault_of(statement)


@pytest.mark.parametrize(
    "sql",
    [
        "alter table a rename constraint b to c",
        "alter index a rename to b",
        "alter table a add column b bigserial primary key",
        "alter table a add constraint c primary key using index i",
        "set local lock_timeout = '1s'",
        "select set_config('search_path', concat('a', 'b'), true)",
        "do $$ begin set local lock_timeout = '1s'; end $$",
        "reset_all()",
    ],
)
def test_what_resembles_it_is_not_refused(sql: str) -> None:
    [statement] = statements_of(sql)
    assert fault_of(statement) is None


@pytest.mark.parametrize(
    ("sql", "table"),
    [
        ("alter table a add constraint c check (b > 0) not valid", "a"),
        ("alter table if exists only x.a add unique (b)", "a"),
        ('alter table "A" add column c int, add foreign key (c) references d', "A"),
        ("create unique index on x.a (b)", "a"),
        ("alter table a enable row level security", "a"),
        ("alter table a force row level security", "a"),
        ("alter table a no force row level security", None),
        ("alter table a alter b add generated always as identity", "a"),
        ("alter table a alter b set generated always", "a"),
        ("alter table a alter b add generated by default as identity", None),
        ("create policy p on x.a as restrictive using (false)", "a"),
        ("create policy p on a using (true)", None),
        ("create or replace rule r as on insert to a do instead nothing", "a"),
        ("create rule r as on insert to a do also insert into b values (1)", None),
        ("alter domain d add constraint c check (value > 0)", "d"),
        ("do $$ begin alter table a add unique (b); end $$", "a"),
        ("alter table a add column b int check (b > 0)", None),
        ("create index on a (b)", None),
    ],
)
def test_what_forbids_writes_is_known(sql: str, table: str | None) -> None:
    [statement] = statements_of(sql)
    assert narrows(statement) == table


@pytest.mark.parametrize(
    "sql", ["create table A (b int)", 'create unlogged table if not exists x."a" (b int)']
)
def test_what_makes_a_table_is_known(sql: str) -> None:
    [statement] = statements_of(sql)
    assert made_by(statement) == "a"
