"""The routes: what is asked, who decides, what is answered."""

import logging
from dataclasses import asdict, dataclass, field
from http import HTTPStatus
from typing import Any

import psycopg
import psycopg_pool
import redis
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from order_api.description import DESCRIPTION
from order_api.domain import RefusedError, customer_of, is_order_id, order_of
from order_api.orders import Orders
from order_api.sessions import Sessions
from order_api.strict_json import InvalidJsonError, read_json

LARGEST_BODY = 64 * 1024
_AWAY = (
    psycopg.OperationalError,
    psycopg.errors.ReadOnlySqlTransaction,  # of a database that is failing over
    psycopg.errors.UndefinedTable,  # until the migrations were run
    psycopg_pool.PoolTimeout,
    psycopg_pool.PoolClosed,
    redis.ConnectionError,
    redis.TimeoutError,
    redis.ReadOnlyError,
)
"""Errors that pass; any other is a fault of ours, and no reason to send a request again."""

logger = logging.getLogger("order_api")


@dataclass
class Api:
    """The requests and what answers them."""

    orders: Orders
    sessions: Sessions
    draining: bool = field(default=False)
    """Set when the process is to stop: it still serves, and asks for no more."""

    def asgi(self) -> Starlette:
        """Return the application."""
        return Starlette(
            routes=[
                Route("/health", self.health),
                Route("/ready", self.ready),
                Route("/openapi.json", self.describe),
                Route("/sessions", self.log_in, methods=["POST"]),
                Route("/orders", self.place, methods=["POST"]),
                Route("/orders/{order_id}", self.find),
            ],
            exception_handlers={
                RefusedError: _refused,
                ClientDisconnect: _gone,
                **dict.fromkeys(_AWAY, _away),
            },
        )

    async def health(self, _: Request) -> JSONResponse:
        """Say that the process lives; ask nothing and nobody."""
        return JSONResponse({"status": "alive"})

    async def ready(self, _: Request) -> JSONResponse:
        """Say whether a request would be served, and what is missing."""
        found = {
            "database": await run_in_threadpool(self.orders.answers),
            "cache": await run_in_threadpool(self.sessions.answers),
            "serving": not self.draining,
        }
        return JSONResponse(found, status_code=200 if all(found.values()) else 503)

    async def describe(self, _: Request) -> JSONResponse:
        """Describe the service, for those who write or test a client."""
        return JSONResponse(DESCRIPTION)

    async def log_in(self, request: Request) -> JSONResponse:
        """Begin a session."""
        customer = customer_of(await _body(request))
        token = await run_in_threadpool(self.sessions.begin, customer)
        return JSONResponse({"session": token}, status_code=201)

    async def place(self, request: Request) -> JSONResponse:
        """Take an order, once for each Idempotency-Key of a customer; what is answered is what is kept."""
        customer = await self._customer(request)
        if customer is None:
            return _error(401, "log in first: POST /sessions")
        order = order_of(request.headers.get("idempotency-key"), customer, await _body(request))
        is_new = await run_in_threadpool(self.orders.place, order)
        return JSONResponse(asdict(order), status_code=201 if is_new else 200)

    async def find(self, request: Request) -> JSONResponse:
        """Show a customer an order of theirs, and of nobody else."""
        customer = await self._customer(request)
        if customer is None:
            return _error(401, "log in first: POST /sessions")
        order_id = request.path_params["order_id"]
        # What can be no number is not even looked for: the database takes no NUL, for instance.
        known = is_order_id(order_id)
        order = await run_in_threadpool(self.orders.find, customer, order_id) if known else None
        return _error(404, "no such order") if order is None else JSONResponse(asdict(order))

    async def _customer(self, request: Request) -> str | None:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme != "Bearer" or not token:
            return None
        return await run_in_threadpool(self.sessions.customer, token)


async def _body(request: Request) -> Any:
    raw = b""
    async for chunk in request.stream():
        raw += chunk
        if len(raw) > LARGEST_BODY:
            too_large = f"the body must be at most {LARGEST_BODY} bytes"
            raise RefusedError(too_large, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    try:
        return read_json(raw)
    except InvalidJsonError as error:
        raise RefusedError(f"the body must be JSON, got {error}") from None


def _error(status: int, message: str) -> JSONResponse:
    return JSONResponse({"error": message}, status_code=status)


async def _refused(_: Request, error: Exception) -> JSONResponse:
    status = error.status if isinstance(error, RefusedError) else HTTPStatus.BAD_REQUEST
    return _error(status, str(error))


async def _gone(_: Request, __: Exception) -> Response:
    return Response(status_code=HTTPStatus.BAD_REQUEST)  # nobody reads it any more


async def _away(_: Request, error: Exception) -> JSONResponse:
    logger.error("a dependency is away", extra={"reason": type(error).__name__})
    return _error(503, "try again in a moment")
