"""Least privilege, both ways: which calls would be denied, and what is granted and never used."""
