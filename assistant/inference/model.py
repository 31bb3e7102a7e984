"""A GGUF model in memory: weights, vocabulary, one context, and a stop that works anywhere.

Only llama.cpp's low-level API is used, because the high-level one can't stop a prefill, loses
long pieces of text and keeps a third more memory (measured with llama-cpp-python 0.3.36).
"""

from __future__ import annotations

import ctypes
import mmap
import os
import sys
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
import numpy.typing as npt

# A waiting OpenMP thread must not hold a core that another program wants; read by libgomp
# when it is loaded, so set before llama_cpp is imported.
os.environ.setdefault("GOMP_SPINCOUNT", "2000")

from llama_cpp import llama_cpp as C  # noqa: N812

from assistant.errors import AparteError, ErrorCode
from assistant.inference.manners import ThreadWatch

BATCH = 512
BRANCHES = 5
"""How many continuations of one text can be asked about in one pass. llama.cpp keeps a row of
logits for each from the start: half a megabyte with today's vocabularies."""

EXACT_BATCH = 7
"""The largest batch whose every row an exact model computes as it would alone: from 8 rows on,
llama.cpp 0.5 multiplies K-quants with another kernel, that rounds otherwise."""

_PHYSICAL_BATCH = 128
_LONGEST_PIECE = 1024
_ABORTED = 2
_MEMORY_MARGIN = 1.10

Tokens = Sequence[int] | npt.NDArray[np.int32]
Logits = npt.NDArray[np.float32]
State = npt.NDArray[np.uint8]
"""The keys and values of a text, as bytes that only the same build can read."""


class Stopped(Exception):  # noqa: N818 - nothing went wrong
    """The work was stopped by ``Stop.set`` before its end."""


class ContextFullError(Exception):
    """There is no room left in the context."""


class Stop:
    """A stop button that llama.cpp's own threads look at, without ever calling Python.

    llama.cpp calls the abort callback after every node of its graph: a Python function there
    costs a GIL switch each time. ``strlen`` of a one-character string is native, and true
    exactly when the string was made non-empty.
    """

    def __init__(self) -> None:
        self._flag = ctypes.create_string_buffer(2)
        runtime = "ucrtbase" if sys.platform == "win32" else None  # what is loaded already
        self.callback = ctypes.cast(ctypes.CDLL(runtime).strlen, C.ggml_abort_callback)
        self.data = ctypes.cast(self._flag, ctypes.c_void_p)

    def set(self) -> None:
        """Stop what is running and whatever starts before ``clear``."""
        self._flag.raw = b"\x01\x00"

    def clear(self) -> None:
        """Let work start again."""
        self._flag.raw = b"\x00\x00"

    @property
    def is_set(self) -> bool:
        """True between ``set`` and ``clear``."""
        return self._flag.raw[0] != 0


class Model:
    """A loaded model with one context of ``context`` tokens (at most what it was trained on).

    ``exact`` makes a token's logits the same to the bit whether it is evaluated alone or in a batch
    of at most EXACT_BATCH, so that a greedy text does not depend on drafts (seen with weights in
    K-quants). It keeps keys and values in 8 bits, which halves their memory, but reading slows with
    their number: up to 1,500 tokens it takes twice as long.
    """

    def __init__(
        self, path: Path, context: int, threads: int, stop: Stop, *, exact: bool = False
    ) -> None:
        """Load the file at ``path``.

        Raises AparteError: MEMORY_SHORT before loading what will not fit, MODEL_UNUSABLE where
        llama.cpp refuses the file or it holds no weights. A context that can't be had for want of
        memory is MEMORY_SHORT too.
        """
        _start_backend()
        self._model: Any = None
        self._context: Any = None
        self.stop = stop
        self.exact = exact
        self._threads = ThreadWatch(threads, self._set_threads)
        _refuse_without_memory(path)
        params = C.llama_model_default_params()
        params.load_mode = C.LLAMA_LOAD_MODE_MMAP
        params.use_extra_bufts = False
        params.n_gpu_layers = 0
        self._model = C.llama_model_load_from_file(os.fsencode(path), params)
        if not self._model:
            code = ErrorCode.MODEL_UNUSABLE if _can_be_mapped(path) else ErrorCode.MEMORY_SHORT
            raise AparteError(code, model=path.name)
        self.vocabulary = C.llama_model_get_vocab(self._model)
        self.vocabulary_size: int = C.llama_vocab_n_tokens(self.vocabulary)
        trained_on = C.llama_model_n_ctx_train(self._model)
        self.context_size = min(context, trained_on) if trained_on > 0 else context
        self._open_context(path, threads)
        self._piece = ctypes.create_string_buffer(_LONGEST_PIECE)

    def _open_context(self, path: Path, threads: int) -> None:
        params = C.llama_context_default_params()
        params.n_ctx = self.context_size
        params.n_batch = min(BATCH, self.context_size)
        # The prompt's chunk: more gains no speed, and its buffers count in the peak.
        params.n_ubatch = min(_PHYSICAL_BATCH, self.context_size)
        params.n_seq_max = BRANCHES + 1  # the working sequence is number 0
        params.kv_unified = True
        params.n_threads = params.n_threads_batch = threads
        # The fused kernel works row by row below 64 rows: at 1,500 tokens, a batch of 30 takes 1.7
        # times as long with it, a single token 1.2 times. But only it can read 8-bit values.
        params.flash_attn_type = C.LLAMA_FLASH_ATTN_TYPE_DISABLED
        if self.exact:
            params.flash_attn_type = C.LLAMA_FLASH_ATTN_TYPE_ENABLED
            params.type_k = params.type_v = C.GGML_TYPE_Q8_0
        params.no_perf = True
        self._context = C.llama_init_from_model(self._model, params)
        if not self._context:  # its weights are sound: what lacked is the context's memory
            self.close()
            raise AparteError(ErrorCode.MEMORY_SHORT, model=path.name)
        C.llama_set_abort_callback(self._context, self.stop.callback, self.stop.data)
        self._memory = C.llama_get_memory(self._context)
        self._batch = C.llama_batch_init(BATCH, 0, 1)
        self._token = np.ctypeslib.as_array(self._batch.token, (BATCH,))
        self._position = np.ctypeslib.as_array(self._batch.pos, (BATCH,))
        self._wanted = np.ctypeslib.as_array(self._batch.logits, (BATCH,))
        np.ctypeslib.as_array(self._batch.n_seq_id, (BATCH,))[:] = 1
        for i in range(BATCH):
            self._batch.seq_id[i][0] = 0

    def close(self) -> None:
        """Give the memory back; the context's content is wiped first."""
        if self._context:
            C.llama_memory_clear(C.llama_get_memory(self._context), True)
            C.llama_free(self._context)
            C.llama_batch_free(self._batch)
            self._context = None
        if self._model:
            C.llama_model_free(self._model)
            self._model = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def description(self) -> str:
        """Architecture, size and quantisation, as llama.cpp words them."""
        words = ctypes.create_string_buffer(256)
        C.llama_model_desc(self._model, words, len(words))
        return words.value.decode("utf-8", "replace")

    @property
    def build(self) -> str:
        """The library and what it computes with here, for what only that build can read."""
        features = C.llama_print_system_info().decode("utf-8", "replace")
        return f"llama-cpp-python {metadata.version('llama_cpp_python')} {features}"

    def metadata(self, key: str) -> str | None:
        """The GGUF metadata value called ``key`` as text; arrays can't be read this way."""
        length = C.llama_model_meta_val_str(self._model, key.encode(), None, 0)
        if length < 0:
            return None
        value = ctypes.create_string_buffer(length + 1)
        C.llama_model_meta_val_str(self._model, key.encode(), value, len(value))
        return value.value.decode("utf-8", "replace")

    def tokenize(self, text: str, *, special: bool = False) -> list[int]:
        """The tokens of ``text``, nothing added. Only with ``special`` may its text name control
        tokens: never for text that a user or a model wrote."""
        data = text.encode("utf-8", "replace")
        room = len(data) + 8
        tokens = (C.llama_token * room)()
        count = C.llama_tokenize(self.vocabulary, data, len(data), tokens, room, False, special)
        if count < 0:
            raise AparteError(ErrorCode.WORKER_FAULT)
        return tokens[:count]

    def piece(self, token: int) -> bytes:
        """The bytes of ``token``; a control token has none."""
        length = C.llama_token_to_piece(
            self.vocabulary, token, self._piece, _LONGEST_PIECE, 0, False
        )
        if length < 0:
            buffer = ctypes.create_string_buffer(-length)
            length = C.llama_token_to_piece(self.vocabulary, token, buffer, -length, 0, False)
            return buffer.raw[:length]
        return self._piece.raw[:length]

    def is_mark(self, token: int) -> bool:
        """True for a token that marks the structure of a conversation and is no text."""
        kind = C.llama_vocab_get_attr(self.vocabulary, token)
        return bool(kind & (C.LLAMA_TOKEN_ATTR_CONTROL | C.LLAMA_TOKEN_ATTR_USER_DEFINED))

    def is_end(self, token: int) -> bool:
        """True for a token that ends a generation."""
        return bool(C.llama_vocab_is_eog(self.vocabulary, token))

    def _set_threads(self, threads: int) -> None:
        C.llama_set_n_threads(self._context, threads, threads)

    @property
    def steps_back(self) -> bool:
        """True if the last tokens can be dropped again, as a refused draft asks; recurrent layers
        can't."""
        return not (C.llama_model_is_recurrent(self._model) or C.llama_model_is_hybrid(self._model))

    def forget(self, start: int = 0) -> bool:
        """Drop what the working sequence holds from position ``start`` on; False where the model's
        memory can't be cut there (recurrent and sliding-window models): it is then emptied."""
        if start and C.llama_memory_seq_rm(self._memory, 0, start, -1):
            return True
        C.llama_memory_seq_rm(self._memory, 0, -1, -1)
        return start == 0

    def wipe(self) -> None:
        """Drop what the context holds and overwrite its bytes."""
        C.llama_memory_clear(self._memory, True)

    def state(self) -> State:
        """The working sequence's keys and values."""
        size = C.llama_state_seq_get_size(self._context, 0)
        state = np.empty(size, np.uint8)
        written = C.llama_state_seq_get_data(self._context, _start_of(state), size, 0)
        return state[:written]

    def restore(self, state: State) -> bool:
        """Make the working sequence what ``state`` holds; False where llama.cpp refuses it. The
        caller vouches for its integrity: llama.cpp aborts the process on a malformed one."""
        C.llama_memory_seq_rm(self._memory, 0, -1, -1)
        return bool(C.llama_state_seq_set_data(self._context, _start_of(state), len(state), 0))

    def evaluate(self, tokens: Tokens, start: int, wanted: Sequence[int] = ()) -> list[Logits]:
        """Run ``tokens`` (at most BATCH) at positions ``start``… and return the logits, each of
        shape (vocabulary_size,), at the offsets ``wanted``. They stay valid until the next call.

        Raises Stopped, ContextFullError, or AparteError (WORKER_FAULT).
        """
        count = len(tokens)
        if start + count > self.context_size:
            raise ContextFullError
        self._token[:count] = tokens
        self._position[:count] = np.arange(start, start + count)
        self._wanted[:count] = 0
        for offset in wanted:
            self._wanted[offset] = 1
        self._batch.n_tokens = count
        self._decode()
        return [self._logits(offset) for offset in wanted]

    def evaluate_branches(self, start: int, branches: Sequence[Sequence[int]]) -> list[Logits]:
        """Run several continuations of the working sequence, which holds ``start`` tokens, in one
        pass, none seeing another; the logits after each one's last token.

        At most BRANCHES of them, BATCH tokens in all. The working sequence stays as it was.
        Raises as ``evaluate``.
        """
        wanted: list[int] = []
        count = 0
        try:
            for number, branch in enumerate(branches, 1):
                C.llama_memory_seq_cp(self._memory, 0, number, -1, -1)
                for offset, token in enumerate(branch):
                    self._token[count] = token
                    self._position[count] = start + offset
                    self._wanted[count] = 0
                    self._batch.seq_id[count][0] = number
                    count += 1
                self._wanted[count - 1] = 1
                wanted.append(count - 1)
            if start + count > self.context_size:
                raise ContextFullError
            self._batch.n_tokens = count
            self._decode()
            return [self._logits(offset) for offset in wanted]
        finally:
            for number in range(1, len(branches) + 1):
                C.llama_memory_seq_rm(self._memory, number, -1, -1)
            for offset in range(count):
                self._batch.seq_id[offset][0] = 0

    def _decode(self) -> None:
        self._threads.wake()
        status = C.llama_decode(self._context, self._batch)
        self._threads.look()
        if status == _ABORTED or (self.stop.is_set and status != 0):
            raise Stopped
        if status == 1:
            raise ContextFullError
        if status != 0:
            raise AparteError(ErrorCode.WORKER_FAULT)

    def _logits(self, offset: int) -> Logits:
        address = C.llama_get_logits_ith(self._context, offset)
        return np.ctypeslib.as_array(address, (self.vocabulary_size,))


def _start_of(state: State) -> Any:
    return state.ctypes.data_as(ctypes.POINTER(ctypes.c_uint8))


_SILENT = C.llama_log_callback(lambda _level, _text, _data: None)
_started = False


def _start_backend() -> None:
    global _started
    if not _started:
        C.llama_log_set(_SILENT, ctypes.c_void_p(0))
        C.llama_backend_init()
        _started = True


def _can_be_mapped(path: Path) -> bool:
    """False where this process may not take as much memory as the file holds."""
    with path.open("rb") as file:
        try:
            mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ).close()
        except (OSError, ValueError):
            return False
    return True


def _refuse_without_memory(path: Path) -> None:
    import psutil

    try:
        size = path.stat().st_size
    except OSError as missing:
        raise AparteError(ErrorCode.MODEL_MISSING, model=path.name) from missing
    if size * _MEMORY_MARGIN > psutil.virtual_memory().available:
        raise AparteError(ErrorCode.MEMORY_SHORT, model=path.name)
