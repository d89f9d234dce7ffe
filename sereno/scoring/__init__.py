"""Scores, episodes and alarms: pure functions of observations and time."""
