"""How the embedder that ships is made: a small static embedding of French."""
