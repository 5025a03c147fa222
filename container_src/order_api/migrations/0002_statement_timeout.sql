-- A statement that waits for a lock must hold neither a request nor the end of the process. RDS Proxy takes no
-- such option with a connection, and keeps a connection for each client that sets it; the user's own goes with all.
alter role current_user set statement_timeout = '5s';
