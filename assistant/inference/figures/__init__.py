"""Numbers: read in a source, and locked in a text made from it. Imports no model library."""
