"""The peer of the model benchmark: llama.cpp reads, writes on and predicts the same token ids.

Reads one JSON object (texts: lists of token ids; prompt: token ids; decode: how many to write;
rounds) and answers with one (prefill and decode in tokens a second, a round each; perplexity).
Run as: python speed.py WEIGHTS THREADS
"""

import json
import math
import sys
import time

import numpy as np
from llama_cpp import Llama

_CONTEXT = 2048


def speeds(llama: Llama, prompt: list[int], decode: int) -> tuple[float, float]:
    """Tokens a second of one round: reading the prompt, then writing on greedily."""
    llama.reset()
    started = time.perf_counter()
    llama.eval(prompt)
    read = time.perf_counter()
    for _ in range(decode):
        llama.eval([llama.sample(temp=0.0)])
    written = time.perf_counter()
    return len(prompt) / (read - started), decode / (written - read)


def perplexity(llama: Llama, texts: list[list[int]]) -> float:
    """Over every next token of each text, each from its own beginning."""
    loss, count = 0.0, 0
    for text in texts:
        llama.reset()
        llama.eval(text)
        scores = np.array(llama.scores[: len(text)], np.float64)
        peaks = scores.max(axis=-1)
        logs = peaks + np.log(np.exp(scores - peaks[:, None]).sum(axis=-1))
        following = scores[np.arange(len(text) - 1), text[1:]]
        loss += float((logs[:-1] - following).sum())
        count += len(text) - 1
    return math.exp(loss / count)


def main() -> None:
    """Answer one task."""
    weights, threads = sys.argv[1], int(sys.argv[2])
    task = json.load(sys.stdin)

    def loaded(*, every: bool) -> Llama:
        return Llama(
            weights, n_ctx=_CONTEXT, n_threads=threads, n_threads_batch=threads,
            logits_all=every, verbose=False,
        )  # fmt: skip

    fast = loaded(every=False)
    speeds(fast, task["prompt"], 8)
    rounds = [speeds(fast, task["prompt"], task["decode"]) for _ in range(task["rounds"])]
    prefill, decode = map(list, zip(*rounds, strict=True))
    answer = {"prefill": prefill, "decode": decode}
    answer["perplexity"] = perplexity(loaded(every=True), task["texts"])
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
