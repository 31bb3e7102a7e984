"""The network: a small Llama (RMSNorm, RoPE, SwiGLU, tied embeddings) in PyTorch.

RoPE turns neighbouring pairs, as llama.cpp's ``llama`` architecture does: Q and K rows are
written to GGUF as they are. Sources: "LLaMA", Touvron et al. 2023, section 2.2; "RoFormer",
Su et al. 2021, section 3.2.2; "GLU variants improve Transformer", Shazeer 2020.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn


@dataclass(frozen=True, slots=True)
class Shape:
    """The sizes of a network."""

    vocabulary: int
    width: int = 256
    layers: int = 4
    heads: int = 4
    feed_forward: int = 768
    context: int = 1024
    rope_base: float = 10000.0
    epsilon: float = 1e-5
    dropout: float = 0.1


class Block(nn.Module):
    """Attention and feed-forward, each after a norm and added to its input."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        width, inner = shape.width, shape.feed_forward
        self.heads, self.dropout = shape.heads, shape.dropout
        self.attention_norm = nn.RMSNorm(width, eps=shape.epsilon)
        self.query = nn.Linear(width, width, bias=False)
        self.key = nn.Linear(width, width, bias=False)
        self.value = nn.Linear(width, width, bias=False)
        self.output = nn.Linear(width, width, bias=False)
        self.feed_norm = nn.RMSNorm(width, eps=shape.epsilon)
        self.gate = nn.Linear(width, inner, bias=False)
        self.up = nn.Linear(width, inner, bias=False)
        self.down = nn.Linear(inner, width, bias=False)

    def forward(self, x: Tensor, turn: tuple[Tensor, Tensor]) -> Tensor:
        """[batch, length, width] to the same."""
        batch, length, width = x.shape
        h = self.attention_norm(x)
        split = (batch, length, self.heads, width // self.heads)
        q = _turned(self.query(h).view(split), turn).transpose(1, 2)
        k = _turned(self.key(h).view(split), turn).transpose(1, 2)
        v = self.value(h).view(split).transpose(1, 2)
        seen: Tensor = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + self._drop(self.output(seen.transpose(1, 2).reshape(batch, length, width)))
        h = self.feed_norm(x)
        out: Tensor = x + self._drop(self.down(F.silu(self.gate(h)) * self.up(h)))
        return out

    def _drop(self, x: Tensor) -> Tensor:
        return F.dropout(x, self.dropout, self.training)


def _turned(x: Tensor, turn: tuple[Tensor, Tensor]) -> Tensor:
    cos, sin = turn  # [length, 1, half]
    even, odd = x[..., 0::2], x[..., 1::2]
    return torch.stack((even * cos - odd * sin, even * sin + odd * cos), dim=-1).flatten(-2)


class Network(nn.Module):
    """Token ids to hidden states; logits are hidden states times the embedding."""

    cos: Tensor
    sin: Tensor

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.embedding = nn.Embedding(shape.vocabulary, shape.width)
        self.blocks = nn.ModuleList(Block(shape) for _ in range(shape.layers))
        self.norm = nn.RMSNorm(shape.width, eps=shape.epsilon)
        half = shape.width // shape.heads // 2
        rates = shape.rope_base ** (-torch.arange(half, dtype=torch.float32) / half)
        angles = torch.arange(shape.context, dtype=torch.float32)[:, None, None] * rates
        self.register_buffer("cos", angles.cos(), persistent=False)
        self.register_buffer("sin", angles.sin(), persistent=False)
        self._initialise()

    def _initialise(self) -> None:
        nn.init.normal_(self.embedding.weight, std=0.05)
        for name, weight in self.named_parameters():
            if weight.dim() == 2 and "embedding" not in name:
                nn.init.normal_(weight, std=self.shape.width**-0.5)
            if name.endswith(("output.weight", "down.weight")):
                nn.init.zeros_(weight)

    def forward(self, ids: Tensor) -> Tensor:
        """[batch, length] ids to [batch, length, width] normed hidden states."""
        length = ids.shape[1]
        turn = (self.cos[:length], self.sin[:length])
        x = F.dropout(self.embedding(ids), self.shape.dropout, self.training)
        for block in self.blocks:
            x = block(x, turn)
        normed: Tensor = self.norm(x)
        return normed

    def logits(self, hidden: Tensor) -> Tensor:
        """[..., width] hidden states to [..., vocabulary] logits, the head tied to the input."""
        return hidden @ self.embedding.weight.T
