"""Refuse what would fail at 3 a.m.: rules that look at a template as a graph."""
