"""What events a schema allows, as a formula, and the search for an event that only one of two allows."""
