"""Regular expressions as the sets of strings that they allow: parsed, searched within bounds, never run."""
