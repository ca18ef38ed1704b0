"""Says why: what a code means, what a line makes, and what made a file; reads every stage and changes none."""
