"""First stage: text becomes plain data that knows where each key and value stands."""
