"""One folder for each component: what it is and what our overlay changes; used by their own stages only."""
