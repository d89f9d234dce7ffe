"""The core of Sereno: domain, scoring, services and storage.

Holds no Streamlit, no ONNX and no vendor's SDK; those live in the packages beside it.
"""

__version__ = "0.1.0"
