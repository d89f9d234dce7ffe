"""Builds, verifies and runs the default language model with ONNX Runtime GenAI, without torch."""

from inference.runtime.generator import Completion, OnnxModel
from inference.runtime.manifest import ModelInfo, model_info, verify

__all__ = ["Completion", "ModelInfo", "OnnxModel", "model_info", "verify"]
