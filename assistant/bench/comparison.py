"""Our figures and those of llama.cpp's own tools, measured in turn (A B, then B A), and ratios.

A ratio above 1 is in our favour: speeds are ours over theirs, waits and bytes theirs over ours,
except for memory, where the share that we need is what is read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from statistics import median

from assistant.bench.llama_tools import Reference, Server, busy_core
from assistant.bench.measurer import REFERENCE, Figures, Measurer
from assistant.bench.quiet import Watch
from assistant.bench.ratios import ratio_of_medians
from assistant.drafting.sources import example_sources

WRITTEN_TOKENS = 64
_SOURCE, _INSTRUCTION, _SKIP = 1500, 30, 107
_ROOM = 64
_Once = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Bench:
    """The two sides, and how often each is measured. A round that
    another program disturbs is made again by ``watch``."""

    measurer: Measurer
    reference: Reference
    rounds: int
    watch: Watch

    def compare(self) -> Iterator[Figures]:
        """Figures as they come. Raises ToolError, AparteError. Sizes that do not fit the model's
        context are left out."""
        context = self.reference.context
        yield self._memory()
        if context > 512 + _ROOM:
            theirs = partial(self.reference.prefill, 512)
            yield self._alternated("prefill_512", partial(self._ours, "prefill_512"), theirs)
        for depth in (0, 1024):
            name = f"decode_depth_{depth}"
            if context > depth + WRITTEN_TOKENS + _ROOM:
                theirs = partial(self.reference.decode, depth, WRITTEN_TOKENS)
                yield self._alternated(name, partial(self._ours, name), theirs)
        if context > 1024 + WRITTEN_TOKENS + _ROOM:
            ours = partial(self._ours, "decode_depth_1024")
            theirs = partial(self.reference.decode_as_it_comes, 1024, WRITTEN_TOKENS)
            yield self._alternated("default_decode_depth_1024", ours, theirs)
        if self.reference.threads > 1:
            yield self._beside_a_busy_core()
        if context > _SOURCE + _INSTRUCTION + _ROOM:
            yield self._second_action()

    def _ours(self, part: str) -> float:
        return float(self.measurer.measure(part)[f"{part}_tokens_per_s"])

    def _alternated(self, name: str, ours: _Once, theirs: _Once) -> Figures:
        """Tokens per second of ``ours`` and of ``theirs`` in turn; who begins changes."""
        pairs: list[tuple[float, float]] = []
        for number in range(self.rounds):
            self.measurer.shown(REFERENCE, number / self.rounds)
            pairs.append(self.watch.quietly(partial(_in_turn, ours, theirs, number % 2 == 0)))
        ours_found, theirs_found = ([pair[side] for pair in pairs] for side in (0, 1))
        return {
            f"beside_reference_{name}_tokens_per_s": median(ours_found),
            f"reference_{name}_tokens_per_s": median(theirs_found),
            **_ratio(f"{name}_ratio", ours_found, theirs_found),
        }

    def _memory(self) -> Figures:
        """A new worker and the library's own class, each after 512 tokens read and some written."""
        self.measurer.close()
        for part in ("prefill_512", "decode_depth_0"):
            self.measurer.measure(part)
        ours = float(self.measurer.measure("memory")["peak_memory_bytes"])
        theirs = self.reference.default_class_peak_memory()
        return {
            "beside_reference_peak_memory_bytes": ours,
            "reference_peak_memory_bytes": theirs,
            "peak_memory_ratio": ours / theirs,
        }

    def _beside_a_busy_core(self) -> Figures:
        """Our writing while another program holds a core, against llama-bench alone with one
        thread less."""

        def ours() -> float:
            with busy_core():
                return self._ours("decode_depth_0")

        fewer = self.reference.threads - 1
        theirs = partial(self.reference.decode, 0, WRITTEN_TOKENS, fewer)
        return self._alternated("busy_core_decode", ours, theirs)

    def _second_action(self) -> Figures:
        """The second action on an open source against a llama-server that reads the same prompt
        from nothing, and against one that keeps its prompt too."""
        waits: list[tuple[float, float, float]] = []
        with self.reference.server() as server:
            prompts = _prompts(server)
            for number in range(self.rounds):
                self.measurer.shown(REFERENCE, number / self.rounds)
                waits.append(self.watch.quietly(partial(self._waits, server, *prompts)))
        ours, cold, warm = ([wait[side] for wait in waits] for side in (0, 1, 2))
        return {
            "reference_server_cold_first_token_s": median(cold),
            "reference_server_kept_first_token_s": median(warm),
            "beside_reference_second_action_first_token_s": median(ours),
            **_ratio("second_action_ratio", cold, ours),
            **_ratio("second_action_against_kept_ratio", warm, ours),
        }

    def _waits(
        self, server: Server, first: list[int], second: list[int]
    ) -> tuple[float, float, float]:
        """Seconds until the second action's first token: ours, a cold server's, a warm one's."""
        figures = self.measurer.measure("second_action")
        cold = server.first_token(second, cached=False)
        server.first_token(first, cached=True)
        warm = server.first_token(second, cached=True)
        return float(figures["open_source_second_action_first_token_s"]), cold, warm


def _in_turn(ours: _Once, theirs: _Once, ours_first: bool) -> tuple[float, float]:
    if ours_first:
        return ours(), theirs()
    found = theirs()
    return ours(), found


def _ratio(name: str, upper: list[float], lower: list[float]) -> Figures:
    ratio = ratio_of_medians(upper, lower)
    return {
        name: ratio.value,
        f"{name}_low": ratio.low,
        f"{name}_high": ratio.high,
        f"{name}_rounds": len(upper),
    }


def _prompts(server: Server) -> tuple[list[int], list[int]]:
    """The two prompts that the part « second_action » reads, as the server's own tokens."""
    tokens = server.tokens("\n\n".join(source.text for source in example_sources()))
    endless = tokens * (1 + (_SOURCE + _SKIP + _INSTRUCTION) // len(tokens))
    source = endless[:_SOURCE]
    return source + endless[7 : 7 + _INSTRUCTION], source + endless[_SKIP : _SKIP + _INSTRUCTION]
