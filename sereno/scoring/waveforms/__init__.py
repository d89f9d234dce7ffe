"""How good a waveform is, the rates that it gives, and what that says of the numbers beside it."""
