"""What MiniStack lacks, patched; runs in MiniStack's own environment, so it imports nothing of Wellmade."""
