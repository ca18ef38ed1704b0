"""The vocabulary of the core: what the platform means and what is made of it; frozen data, no pydantic, no YAML."""
