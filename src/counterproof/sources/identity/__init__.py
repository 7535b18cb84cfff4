"""Which columns identify persons, by their names and by the look of their values, judged inside the engine."""
