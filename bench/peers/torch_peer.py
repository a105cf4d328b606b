"""The PyTorch peer: BP1 to BP4 with plain tensor operations on the CPU. Started by orchestrate.ts; protocol in common.py.

Two ways were tried, on two cores with PyTorch 1.13 and OpenBLAS 0.3.21, in samples/s on one thread:
                                                       N1        N2       N3      N4
    nn.Sequential, autograd, torch.optim.SGD         51,000    43,600   26,000   1,390
    tensor operations, gradient by hand (this file) 237,000   162,000   29,800   1,490
The second is kept as the faster one on every network, though autograd is what most people write: a comparison should
meet the peer at its best. `addmm_` also adds the scaled gradient to the weights inside the matrix product, which NumPy cannot.

Shapes: B rows of a mini-batch, I inputs and O outputs of a layer. Everything is float32 and row-major.
"""

import os
from types import SimpleNamespace

import common

common.require("torch", "python3-torch")
import torch  # noqa: E402

aten = torch.ops.aten


def wait_passively():
    """Starts the process anew with sleeping OpenMP threads where OpenBLAS brings threads of its own: PyTorch's wait in
    a spin, and take the second core from OpenBLAS. Two threads on N3: 3,300 to 7,500 samples/s spinning, 50,000
    sleeping. An OpenBLAS built on OpenMP shares PyTorch's threads and is left alone (52,000 spinning, 39,000 sleeping)."""
    if "pthreads" in common.blas()[0] and "OMP_WAIT_POLICY" not in os.environ:
        common.start_again(OMP_WAIT_POLICY="PASSIVE")


def make_step(request, weights, biases, x, y, rows):
    """The training step for mini-batches of exactly `rows` samples: a function of their indices."""
    layers, last = request["layers"], len(request["layers"]) - 1
    hidden_relu = request["hidden"] == "relu"
    softmax_output, quadratic = request["output"] == "softmax", request["cost"] == "quadratic"
    a, delta = ([torch.empty(rows, n) for n in layers] for _ in range(2))
    target = torch.empty(rows, layers[-1])
    delta_t, w_t = [d.t() for d in delta], [w.t() for w in weights]
    ones = torch.ones(rows)
    scale = -request["eta"] / rows
    forward, backward = range(last), range(last - 1, -1, -1)

    def activate(l, z):
        if l == last - 1 and softmax_output:
            torch.softmax(z, 1, out=z)
        elif l < last - 1 and hidden_relu:
            z.relu_()
        else:
            z.sigmoid_()

    def step(index):
        torch.index_select(x, 0, index, out=a[0])
        torch.index_select(y, 0, index, out=target)
        for l in forward:  # a^l [B, O] = f(a^(l-1) [B, I] · w^T [I, O] + b [O])
            activate(l, torch.addmm(biases[l], a[l], w_t[l], out=a[l + 1]))
        d = torch.sub(a[last], target, out=delta[last])  # BP1
        if quadratic:
            aten.sigmoid_backward(d, a[last], grad_input=d)
        for l in backward:
            if l:  # BP2: before w changes
                d = torch.mm(d, weights[l], out=delta[l])
                if hidden_relu:
                    aten.threshold_backward(d, a[l], 0, grad_input=d)
                else:
                    aten.sigmoid_backward(d, a[l], grad_input=d)
            weights[l].addmm_(delta_t[l + 1], a[l], alpha=scale)  # BP4 and the update: w ← w - η/m · δ^T a
            biases[l].addmv_(delta_t[l + 1], ones, alpha=scale)  # BP3 and the update

    return step


def mini_batches(samples, batch, generator):
    """As common.mini_batches, with tensors: all views of an epoch are cut in one call."""
    while True:
        yield from torch.randperm(samples, generator=generator).split(batch)


def build(request, x, labels):
    torch.set_num_threads(request["threads"])
    rng = common.np.random.default_rng(request["seed"])
    weights = [torch.from_numpy(w) for w in common.first_weights(request["layers"], rng)]
    biases = [torch.zeros(len(w)) for w in weights]
    images, targets = torch.from_numpy(x), torch.from_numpy(common.one_hot(labels))
    sizes = {request["batch"], len(x) % request["batch"]} - {0}
    steps = {rows: make_step(request, weights, biases, images, targets, rows) for rows in sizes}
    return SimpleNamespace(
        version=torch.__version__,
        blas=common.blas()[0],
        threads=torch.get_num_threads(),
        differs=None,
        batches=mini_batches(len(x), request["batch"], torch.Generator().manual_seed(request["seed"])),
        step=lambda index: steps[len(index)](index),
        parameters=lambda: ([w.numpy() for w in weights], [b.numpy() for b in biases]),
    )


if __name__ == "__main__":
    wait_passively()
    with torch.inference_mode():  # no record for autograd, no version counters
        common.serve("torch", build)
