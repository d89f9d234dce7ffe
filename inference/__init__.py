"""The language model: its run time, its language, and the factory that builds it."""
