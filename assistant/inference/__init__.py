"""The performance-critical core: the only importer of llama_cpp, of which only the bindings are
imported. The package's own start also imports its high-level class and what that needs, which
takes a third of a second and some memory, and is never used here."""

from __future__ import annotations

import sys
from importlib.util import find_spec, module_from_spec

if "llama_cpp" not in sys.modules and (_spec := find_spec("llama_cpp")) is not None:
    sys.modules["llama_cpp"] = module_from_spec(_spec)  # found, but not run
