"""Aparté: an offline desktop assistant for French clinicians."""

__version__ = "0.1.0"
