"""Effects: what is on disk, what would change, and the writing of it; compiles nothing."""
