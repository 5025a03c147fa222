"""What constructs are made with: refusals, suppressions, synth checks, names, packaging."""
