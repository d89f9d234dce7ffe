"""Requantises a GGUF to Q4_0, llama.cpp's fastest for this kind of processor.

Run in the peer's environment as: python quantise.py FROM TO
"""

import ctypes
import sys

import llama_cpp


def main() -> None:
    """Write the file, or end with llama.cpp's own code."""
    source, target = (path.encode() for path in sys.argv[1:3])
    options = llama_cpp.llama_model_quantize_default_params()
    options.ftype = llama_cpp.LLAMA_FTYPE_MOSTLY_Q4_0
    options.allow_requantize = True
    sys.exit(llama_cpp.llama_model_quantize(source, target, ctypes.byref(options)))


if __name__ == "__main__":
    main()
