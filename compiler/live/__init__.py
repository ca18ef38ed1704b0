"""The world that the tree meets: this machine's programs and clusters that run; must not know how the tree is made."""
