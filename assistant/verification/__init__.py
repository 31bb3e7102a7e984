"""Two-way check of a draft against its source: what the source does not support, what was left out.

No model decides a finding: facts are read by rules (EDS-NLP and our own), compared as wholes.
"""
