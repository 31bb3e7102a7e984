"""Keeping a process from the network, and saying truthfully whether it is kept."""
