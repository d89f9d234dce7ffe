"""The original weights as transformers reads them: a road of its own from GGUF to floats."""

from pathlib import Path
from typing import Any


def load(gguf: Path) -> Any:
    """The model of a GGUF file as a transformers causal language model in float32, on the CPU."""
    import torch
    from transformers import AutoModelForCausalLM

    model = AutoModelForCausalLM.from_pretrained(
        gguf.parent, gguf_file=gguf.name, dtype=torch.float32, local_files_only=True
    )
    return model.eval()
