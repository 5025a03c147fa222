"""Calls of AWS APIs, and what IAM must allow for them."""

from wellmade.prove.calls.call import Call, Estate, Need, UnmappedCallError
from wellmade.prove.calls.mapping import requests

__all__ = ["Call", "Estate", "Need", "UnmappedCallError", "requests"]
