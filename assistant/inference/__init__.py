"""The performance-critical core: the only importer of llama_cpp."""
