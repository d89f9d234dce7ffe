"""The peer of the summary benchmark: llama.cpp through llama-cpp-python, in its own environment.

Reads one JSON object a line (prompt, grammar in GBNF or null, max_tokens) and answers one a line
(text, seconds, CPU seconds, tokens). Run as: python complete.py WEIGHTS THREADS
"""

import json
import sys
import time

from llama_cpp import Llama, LlamaGrammar

_CONTEXT = 4096


def main() -> None:
    """Serve until the input ends."""
    weights, threads = sys.argv[1], int(sys.argv[2])
    llama = Llama(
        weights, n_ctx=_CONTEXT, n_threads=threads, n_threads_batch=threads, verbose=False
    )
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        task = json.loads(line)
        llama.reset()
        started, cpu = time.perf_counter(), time.process_time()
        held = task["grammar"]
        grammar = held and LlamaGrammar.from_string(held, verbose=False)
        made = llama(
            task["prompt"], grammar=grammar, max_tokens=task["max_tokens"], temperature=0.0
        )
        seconds = time.perf_counter() - started
        answer = {
            "text": made["choices"][0]["text"],
            "seconds": seconds,
            "cpu_seconds": time.process_time() - cpu,
            "tokens": made["usage"]["completion_tokens"],
        }
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
