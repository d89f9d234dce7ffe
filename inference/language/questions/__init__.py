"""Reading questions: from words to a call of one of a closed set of tools, or to none."""
