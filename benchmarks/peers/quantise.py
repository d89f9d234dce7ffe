"""Requantises a GGUF: to Q4_0, llama.cpp's fastest for this kind of processor, or to Q8_0.

Run in the peer's environment as: python quantise.py q4_0|q8_0 FROM TO
"""

import ctypes
import sys

import llama_cpp

_KINDS = {
    "q4_0": llama_cpp.LLAMA_FTYPE_MOSTLY_Q4_0,
    "q8_0": llama_cpp.LLAMA_FTYPE_MOSTLY_Q8_0,
}


def main() -> None:
    """Write the file, or end with llama.cpp's own code."""
    source, target = (path.encode() for path in sys.argv[2:4])
    options = llama_cpp.llama_model_quantize_default_params()
    options.ftype = _KINDS[sys.argv[1]]
    options.allow_requantize = True
    sys.exit(llama_cpp.llama_model_quantize(source, target, ctypes.byref(options)))


if __name__ == "__main__":
    main()
