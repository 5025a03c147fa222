"""AWS's public layers of Powertools, built once."""
