"""Text completion under a grammar, with ONNX Runtime GenAI.

The grammar is written in Lark and run by llguidance inside GenAI. Tokens that it forces are
appended without asking the model (fast-forward), so most of a governed text costs no decoding step.
"""

import json
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import inference  # noqa: F401 - turns telemetry off before the library below can load
from inference.runtime.chat import Chat, context_length
from inference.runtime.cuda import load_cuda_libraries, with_half_attention
from inference.runtime.manifest import ModelInfo, verify
from sereno.domain.errors import ConfigurationError, ModelError

CPU = "cpu"
CUDA = "cuda"
_AUTO = "auto"
# GenAI builds its token trie for grammars on first use, which takes 0.4 s: spent at load instead.
_WARM_UP_GRAMMAR = 'start: "."'
_CONTEXT = 8192  # tokens that SmolLM2 was trained to attend to; what others may, they need not
# Forced tokens are appended without a look at the room left, and past its end GenAI overwrites
# memory. No grammar of ours forces a run as long as this; it costs 46 KiB a token for a while.
_FORCED_ROOM = 1024
# The longest text, about 700 words. The cache for prompt, text and room is taken at the start:
# 20 ms for 3,000 tokens, but a third of a second for 5,500.
LONGEST = 1536
# A worker that waits for its next piece spins for 20 microseconds, not ONNX Runtime's millisecond,
# and then sleeps; pieces shrink towards the end, so that a worker that lost its core holds up less.
# As fast alone, and three times as fast beside a busy neighbour: docs/decisions/0009.
_THREADING = {"session.intra_op.spin_duration_us": "20", "session.dynamic_block_base": "4"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion:
    """What was written, without the prompt, and what it cost.

    `tokens` were made in `steps` runs of the model after the prompt's. `finished` is False where
    `max_tokens` or `stop` cut the text short: it is then no sentence of the grammar.
    """

    text: str
    finished: bool
    tokens: int
    steps: int
    prefill_ms: float
    decode_ms: float
    load_ms: float


def providers() -> list[str]:
    """What a model can run on here, as `provider` names it; empty without GenAI."""
    try:
        import onnxruntime_genai as genai
    except ImportError:
        return []
    return [CPU, CUDA] if genai.is_cuda_available() else [CPU]


def _never() -> bool:
    return False


class OnnxModel:
    """A verified model in memory. Not for several threads at once.

    `provider` tells where it runs ("cpu" or "cuda"), `threads` with how many (on the CPU),
    `load_ms` how long it took to verify and load.
    """

    def __init__(
        self,
        model: Any,
        info: ModelInfo,
        folder: Path,
        *,
        provider: str,
        threads: int,
        load_ms: float,
    ) -> None:
        import onnxruntime_genai as genai

        self._genai = genai
        self._model = model
        self.tokenizer = genai.Tokenizer(model)
        self.chat = Chat(folder, self.tokenizer)
        self.context = min(_CONTEXT, context_length(folder))
        self.info = info
        self.provider = provider
        self.threads = threads
        self.load_ms = load_ms

    @classmethod
    def load(cls, folder: Path, *, provider: str = _AUTO, threads: int = 0) -> Self:
        """Verify the folder's manifest and load the model, made ready to run at once.

        `provider` is "auto", "cpu" or "cuda"; auto takes CUDA where the build and the device have
        it. `threads` is for the CPU, 0 for as many as this process may use. Raises ModelMissing,
        ModelError where files differ from the manifest or do not load, ConfigurationError for a
        provider that is not there.
        """
        started = time.perf_counter()
        info = verify(folder)
        threads = threads or len(os.sched_getaffinity(0))
        loaded = cls._ready(folder, info, _candidates(provider), threads)
        loaded.load_ms = _since(started)
        return loaded

    @classmethod
    def _ready(cls, folder: Path, info: ModelInfo, candidates: list[str], threads: int) -> Self:
        """The model on the first provider that loads it and writes with it."""
        try:
            model = _open(folder, candidates[0], threads)
            loaded = cls(model, info, folder, provider=candidates[0], threads=threads, load_ms=0.0)
            loaded.complete("", _WARM_UP_GRAMMAR, max_tokens=1)
        except ModelError:
            # A build for CUDA says that it has it, whatever device and driver are there.
            if candidates[1:]:
                return cls._ready(folder, info, candidates[1:], threads)
            raise
        return loaded

    def complete(
        self,
        prompt: str,
        grammar: str | None = None,
        *,
        max_tokens: int = 512,
        temperature: float = 0.0,
        seed: int = 0,
        stop: Callable[[], bool] = _never,
    ) -> Completion:
        """Write on from `prompt`, within the Lark `grammar` where one is given.

        Greedy at temperature 0, else sampled with `seed`. `stop` is asked before each step; the
        text ends where it says True, or at `max_tokens`, or at LONGEST if that is less. Raises
        ModelError where the grammar is not valid, or prompt and `max_tokens` exceed what the model
        can attend to.
        """
        try:
            tokens = min(max_tokens, LONGEST)
            return self._complete(prompt, grammar, tokens, (temperature, seed), stop)
        except RuntimeError as exc:
            raise ModelError(f"the model could not write ({_first_line(exc)})") from exc

    def _complete(
        self,
        prompt: str,
        grammar: str | None,
        max_tokens: int,
        sampling: tuple[float, int],
        stop: Callable[[], bool],
    ) -> Completion:
        ids = self.chat.ids(prompt)
        started = time.perf_counter()
        generator = self._start(len(ids) + max_tokens, grammar, sampling)
        generator.append_tokens(ids)
        prefilled = time.perf_counter()
        steps = _decode(generator, len(ids) + max_tokens, stop)
        made = generator.get_sequence(0)[len(ids) :]
        return Completion(
            text=self.tokenizer.decode(made),
            finished=generator.is_done() and self._at_end(generator),
            tokens=len(made),
            steps=steps,
            prefill_ms=(prefilled - started) * 1e3,
            decode_ms=_since(prefilled),
            load_ms=self.load_ms,
        )

    def _start(self, length: int, grammar: str | None, sampling: tuple[float, int]) -> Any:
        temperature, seed = sampling
        options: dict[str, float] = {"max_length": min(length + _FORCED_ROOM, self.context)}
        if temperature > 0:
            options |= {"do_sample": True, "temperature": temperature, "random_seed": seed}
        return self.generator(options, "lark_grammar", grammar, forced=True)

    def generator(
        self, options: Mapping[str, float], language: str, guide: str | None, *, forced: bool
    ) -> Any:
        """GenAI's own generator with these search options, held by `guide` of that `language`.

        `forced` appends forced tokens without a step, with no look at the room that is left.
        """
        params = self._genai.GeneratorParams(self._model)
        params.set_search_options(**options)
        if guide is not None:
            params.set_guidance(language, guide, enable_ff_tokens=forced)
        return self._genai.Generator(self._model, params)

    def _at_end(self, generator: Any) -> bool:
        """Whether the last token was the end of the text, which GenAI keeps out of the sequence."""
        return int(generator.get_next_tokens()[0]) in self.tokenizer.eos_token_ids


def _decode(generator: Any, length: int, stop: Callable[[], bool]) -> int:
    """Run the model until the text ends, is `length` tokens long or is stopped; steps taken."""
    steps = 0
    while not generator.is_done() and generator.token_count() < length and not stop():
        generator.generate_next_token()
        steps += 1
    return steps


def _candidates(provider: str) -> list[str]:
    """The providers to try, the one to prefer first."""
    available = providers()
    if not available:
        raise ConfigurationError("ONNX Runtime GenAI is not installed: pip install 'sereno[cpu]'")
    if provider not in {_AUTO, CPU, CUDA}:
        raise ConfigurationError(f"no execution provider {provider!r}: set auto, cpu or cuda")
    if provider == CUDA and CUDA not in available:
        raise ConfigurationError(
            "this installation has no CUDA: install the gpu extra on a machine with an NVIDIA "
            "driver, or set SERENO_EXECUTION_PROVIDER=cpu"
        )
    return available[::-1] if provider == _AUTO else [provider]


def _open(folder: Path, provider: str, threads: int) -> Any:
    import onnxruntime_genai as genai

    session = {"intra_op_num_threads": threads, **_THREADING}
    try:
        config = genai.Config(str(folder))
        config.overlay(json.dumps({"model": {"decoder": {"session_options": session}}}))
        config.clear_providers()
        graph = _for_cuda(config, folder) if provider == CUDA else b""
        model = genai.Model(config)
        del graph  # GenAI reads it where it lies, until the model is made
        return model  # noqa: TRY300 - nothing is left to fail
    except RuntimeError as exc:
        raise ModelError(
            f"the model in {folder} does not load on {provider} ({_first_line(exc)}): "
            "run `sereno doctor`"
        ) from exc


def _for_cuda(config: Any, folder: Path) -> bytes:
    """Have the model run on CUDA, from a graph that can; its weights stay in `folder`.

    Gives the graph, which must outlive the making of the model.
    """
    load_cuda_libraries()
    name = json.loads((folder / "genai_config.json").read_bytes())["model"]["decoder"]["filename"]
    graph = with_half_attention((folder / name).read_bytes())
    config.add_model_data(name, graph)
    config.append_provider(CUDA)
    return graph


def _first_line(exc: Exception) -> str:
    return str(exc).strip().partition("\n")[0][:200]


def _since(started: float) -> float:
    return (time.perf_counter() - started) * 1e3
