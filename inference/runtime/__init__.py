"""Builds, verifies and runs the default language model with ONNX Runtime GenAI, without torch."""

from inference.runtime.generator import Completion, OnnxModel
from inference.runtime.manifest import Info, ModelInfo, model_info, verify, verify_any

__all__ = ["Completion", "Info", "ModelInfo", "OnnxModel", "model_info", "verify", "verify_any"]
