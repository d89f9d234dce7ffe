"""Builds, verifies and runs the default language model with ONNX Runtime GenAI, without torch."""

from inference.runtime.build import build
from inference.runtime.generator import Completion, OnnxModel
from inference.runtime.manifest import ModelInfo, model_info, verify

__all__ = ["Completion", "ModelInfo", "OnnxModel", "build", "model_info", "verify"]
