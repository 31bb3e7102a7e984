"""From a source to a draft; the parts here import no model library."""
