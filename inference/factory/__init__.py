"""Builds models with torch, in an environment of its own (requirements.txt).

Its only product in the repository is the graph of the default model, without weights.
"""
