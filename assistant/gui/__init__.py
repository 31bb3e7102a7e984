"""The window: everything that imports PySide6, one file per panel, one bridge to the engine."""
