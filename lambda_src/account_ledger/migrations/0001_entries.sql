create table entries (
    account text not null,
    entry_id text not null,
    cents bigint not null,
    booked_at timestamptz not null default now(),
    primary key (account, entry_id)
);
