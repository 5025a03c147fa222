alter table visits add column page text not null default '';
