"""Whether this machine computes to the same last bits as the one that made the traces."""

import hashlib

import numpy as np


def numpy_probe():
    """A digest of what NumPy makes of fixed numbers; other SIMD, BLAS or LAPACK give another."""
    rng = np.random.default_rng(0)
    digest = hashlib.blake2b(digest_size=16)
    for dtype in (np.float32, np.float64):
        x = rng.standard_normal((37, 41)).astype(dtype)
        square = (x @ x.T + 50 * np.eye(37)).astype(dtype)
        results = [
            np.tanh(x),
            np.exp(x),
            np.log(np.abs(x)),
            np.log1p(np.abs(x)),
            np.sqrt(np.abs(x)),
        ]
        results += [np.sin(x), np.abs(x) ** dtype(0.37), x @ x.T, x @ x[0], x.sum(), x.sum(axis=0)]
        results += [x.mean(axis=1), x.std(axis=0), np.cumsum(x), np.einsum("ij,kj->ik", x, x)]
        results += [np.linalg.cholesky(square), np.linalg.solve(square, x), np.linalg.inv(square)]
        results += [*np.linalg.eigh(square), np.linalg.slogdet(square)[1]]
        for result in results:
            digest.update(np.ascontiguousarray(result).tobytes())
    for draws in (rng.gamma(0.7, size=99), rng.beta(2.0, 0.5, size=99), rng.exponential(size=99)):
        digest.update(draws.tobytes())
    return digest.hexdigest()


def torch_probe():
    """The same of torch, for traces in which a language model answers and learns."""
    import torch

    generator = torch.Generator().manual_seed(0)
    digest = hashlib.blake2b(digest_size=16)
    x = torch.randn(8, 37, 64, generator=generator).requires_grad_()
    weight = torch.randn(64, 64, generator=generator).requires_grad_()
    heads = (x @ weight).view(8, 37, 4, 16).transpose(1, 2)
    y = torch.nn.functional.scaled_dot_product_attention(heads, heads, heads, is_causal=True)
    y = torch.nn.functional.silu(torch.nn.functional.layer_norm(y, (16,)))
    loss = torch.log_softmax(y, -1).exp().square().sum().rsqrt()
    loss.backward()
    samples = torch.multinomial(torch.softmax(x[0], -1), 3, generator=generator)
    for result in (y, loss, x.grad, weight.grad, samples):
        digest.update(result.detach().contiguous().numpy().tobytes())
    return digest.hexdigest()
