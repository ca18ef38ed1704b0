"""Second stage: what the user wrote, typed and checked for shape; defaults, references and facts come later."""
