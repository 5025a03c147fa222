"""What the environment says; everything else is decided here."""

from collections.abc import Mapping
from dataclasses import dataclass

CONTAINERS_ADDRESS = "0.0.0.0"  # noqa: S104 - inside a container it is the one address there is


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the program listens, and what it talks to."""

    host: str
    port: int
    stop_timeout: float
    drain: float
    keep_alive: float
    """Longer than the load balancer keeps idle connections, or it sends into one that is being closed."""
    queue_url: str
    database: "DatabaseSettings"
    cache: "CacheSettings"

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> "Settings":
        """Read the environment.

        Raises:
            KeyError: If a variable without default is missing; it names the variable.
        """
        return cls(
            host=environment.get("HOST", CONTAINERS_ADDRESS),
            port=int(environment.get("PORT", "8080")),
            stop_timeout=float(environment.get("STOP_TIMEOUT_SECONDS", "35")),
            drain=float(environment.get("DRAIN_SECONDS", "5")),
            keep_alive=float(environment.get("KEEP_ALIVE_SECONDS", "75")),
            queue_url=environment["QUEUE_URL"],
            database=DatabaseSettings.of(environment),
            cache=CacheSettings.of(environment),
        )


@dataclass(frozen=True, slots=True)
class DatabaseSettings:
    """The proxy before the database."""

    host: str
    port: int
    name: str
    user: str
    pool_size: int
    tls: str
    """A mode of libpq: `verify-full`, or `disable` where there is neither TLS nor IAM, on a laptop."""
    authorities: str

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> "DatabaseSettings":
        """Read the environment."""
        return cls(
            host=environment["DATABASE_HOST"],
            port=int(environment.get("DATABASE_PORT", "5432")),
            name=environment.get("DATABASE_NAME", "app"),
            user=environment.get("DATABASE_USER", "app"),
            pool_size=int(environment.get("DATABASE_POOL_SIZE", "5")),
            tls=environment.get("DATABASE_TLS", "verify-full"),
            # RDS Proxy shows certificates of Amazon's public authority, which every image trusts.
            authorities=environment.get("DATABASE_AUTHORITIES", "/etc/ssl/certs/ca-certificates.crt"),
        )


@dataclass(frozen=True, slots=True)
class CacheSettings:
    """The nodes that keep sessions."""

    host: str
    port: int
    name: str
    user: str
    tls: bool

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> "CacheSettings":
        """Read the environment."""
        return cls(
            host=environment["CACHE_HOST"],
            port=int(environment.get("CACHE_PORT", "6379")),
            name=environment.get("CACHE_NAME", ""),
            user=environment.get("CACHE_USER", ""),
            tls=environment.get("CACHE_TLS", "on") == "on",
        )
