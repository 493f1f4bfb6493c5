"""What a step does: a model and its inputs in, every allocation and operator of a step out."""
