"""From applications to bytes: where each file stands and what its text is; touches no disk."""
