"""How good the texts and the facts are, judged by what shares no code with what makes them."""
