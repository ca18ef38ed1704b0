"""Measures speed and memory as ratios side by side in one run; README.md says how to read them."""
