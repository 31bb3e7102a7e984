"""The vault: what the clinician typed and got, encrypted on this PC, and no longer than needed."""
