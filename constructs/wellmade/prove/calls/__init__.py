"""Calls of AWS APIs, and what IAM must allow for them."""

from wellmade.prove.calls.call import AccountContext, Call, Need, NotToldError, UnmappedCallError
from wellmade.prove.calls.mapping import requests

__all__ = ["AccountContext", "Call", "Need", "NotToldError", "UnmappedCallError", "requests"]
