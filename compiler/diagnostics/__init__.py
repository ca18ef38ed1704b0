"""How the compiler talks to its user; stands below every stage and imports nothing of ours."""
