"""From read models to what the components draw: plain data, words and formats; no decisions."""
