"""What constructs are made with: packaging, and whatever no user names."""
