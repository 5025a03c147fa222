"""What MiniStack lacks, mended; runs in MiniStack's own environment, so it imports nothing of Wellmade."""
