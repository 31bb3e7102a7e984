"""Which topic a clause is about, from three voices: the model, a linear model, the neighbours."""
