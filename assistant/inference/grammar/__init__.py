"""Grammars: the form that a structured text must have. Imports no model library."""
