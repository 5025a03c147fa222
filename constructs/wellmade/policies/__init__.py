"""Least privilege: what code commonly needs, each under conditions, and the most that a role may ever do."""

from wellmade.kit.option_classes import check_options
from wellmade.policies.events import put_events
from wellmade.policies.executions import start_execution
from wellmade.policies.keys import decrypt
from wellmade.policies.need import Need
from wellmade.policies.parameters import read_parameter
from wellmade.policies.permission_boundary import PermissionBoundary
from wellmade.policies.prefixes import read_prefix, write_prefix
from wellmade.policies.queues import consume_messages, send_messages
from wellmade.policies.secrets import read_secret
from wellmade.policies.tables import read_table, write_table
from wellmade.policies.topics import publish
from wellmade.policies.trust import trusted_service

__all__ = [
    "Need",
    "PermissionBoundary",
    "consume_messages",
    "decrypt",
    "publish",
    "put_events",
    "read_parameter",
    "read_prefix",
    "read_secret",
    "read_table",
    "send_messages",
    "start_execution",
    "trusted_service",
    "write_prefix",
    "write_table",
]

check_options(__name__)
