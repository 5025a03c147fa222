-- Databases of releases before there were migrations have it.
create table if not exists orders (
    order_id text not null,
    customer text not null,
    amount_cents bigint not null,
    placed_at timestamptz not null default now(),
    sent_at timestamptz,
    primary key (customer, order_id)
);
create index if not exists orders_unsent on orders (placed_at) where sent_at is null;
