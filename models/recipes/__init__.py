"""Everything that makes the shipped starter model, in the order given in README.md."""
