"""Guides, their passages, and cited answers. Only ``embedder``, ``index`` and what stands on them
need a model library; the app process reads packs and guides without one."""
