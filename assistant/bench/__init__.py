"""``aparte banc``: what this PC does, beside llama.cpp's own tools. Imports no model library."""
