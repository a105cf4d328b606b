"""The PyTorch peer: BP1 to BP4 with plain tensor operations on the CPU. Started by orchestrate.ts; protocol in common.py.

Two ways were tried, on two cores with PyTorch 1.13 and OpenBLAS 0.3.21, in samples/s on one thread:
                                                       N1        N2       N3      N4
    nn.Sequential, autograd, torch.optim.SGD         51,000    43,600   26,000   1,390
    tensor operations, gradient by hand (this file) 237,000   162,000   29,800   1,490
The second is kept as the faster one on every network, though autograd is what most people write: a comparison should
meet the peer at its best. `addmm_` also adds the scaled gradient to the weights inside the matrix product, which NumPy cannot.

Optimisers likewise. All parameters are views of one block, so that each operation is one call for all of them; the velocity
of momentum grows inside the matrix product, and the corrections of Adam are part of two numbers (Kingma and Ba 2015, end of
section 2). From 2.4 on PyTorch has all of Adam as one operation, which is then used. N2-adam in µs a step, one thread, best of
five: torch.optim.Adam 620, this file 390 with PyTorch 1.13; 300, with `fused` 195, this file 130 with 2.13. Subnormal
numbers are flushed to zero, as nabla does too.

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


class Parameters:
    """Weights [O, I] and biases [O] of each layer as views of one block [P], all weights first; or what lies like them."""

    def __init__(self, layers):
        shapes = list(zip(layers[1:], layers))
        self.decaying = sum(o * i for o, i in shapes)
        self.block = torch.zeros(self.decaying + sum(layers[1:]))
        parts = self.block.split([o * i for o, i in shapes] + list(layers[1:]))
        self.weights = [part.view(shape) for part, shape in zip(parts, shapes)]
        self.biases = parts[len(shapes) :]


class Descent:
    """w ← w - η/m · Σ ∂C_x/∂w: gradients are added to the parameters themselves, and nothing is left to do."""

    finish = None
    keep = 1

    def __init__(self, request, parameters):
        self.into = parameters
        self.scale = -request["eta"]


class Momentum:
    """v ← μ v - η ∇C, w ← w + v: gradients are added to what is kept of the velocity."""

    def __init__(self, request, parameters):
        self.into = Parameters(request["layers"])
        self.scale = -request["eta"]
        self.keep = request["optimiser"]["momentum"]
        self.parameters = parameters

    def finish(self):
        self.parameters.block.add_(self.into.block)


class Adam:
    """v ← β₁ v + (1 - β₁) g, r ← β₂ r + (1 - β₂) g², w ← w - η v̂ / (√r̂ + ε); with λ, AdamW: w ← w - η λ/n w before."""

    keep = 0

    def __init__(self, request, parameters):
        self.into = Parameters(request["layers"])
        self.scale = 1
        self.parameters = parameters
        self.eta = request["eta"]
        numbers = request["optimiser"]
        self.beta1, self.beta2, self.epsilon = numbers["beta1"], numbers["beta2"], numbers["epsilon"]
        self.decay = 1 - self.eta * numbers.get("lambda", 0) / request["samples"]
        self.v, self.r, self.root = (torch.zeros_like(parameters.block) for _ in range(3))
        self.t = 0
        self.step = torch.zeros(())
        if self.runs_fused():
            self.update = self.update_fused

    def runs_fused(self):
        try:
            self.update_fused()
        except (AttributeError, RuntimeError, NotImplementedError):
            return False
        finally:
            self.step.zero_()
        return True

    def finish(self):
        if self.decay != 1:
            self.parameters.block[: self.parameters.decaying].mul_(self.decay)
        self.update()

    def update_fused(self):
        torch._fused_adam_(
            [self.parameters.block],
            [self.into.block],
            [self.v],
            [self.r],
            [],
            [self.step.add_(1)],
            lr=self.eta,
            beta1=self.beta1,
            beta2=self.beta2,
            weight_decay=0,
            eps=self.epsilon,
            amsgrad=False,
            maximize=False,
        )

    def update(self):
        self.t += 1
        g, v, r, root = self.into.block, self.v, self.r, self.root
        correction = (1 - self.beta2**self.t) ** 0.5
        v.lerp_(g, 1 - self.beta1)
        r.mul_(self.beta2).addcmul_(g, g, value=1 - self.beta2)
        torch.sqrt(r, out=root).add_(self.epsilon * correction)
        self.parameters.block.addcdiv_(v, root, value=-self.eta * correction / (1 - self.beta1**self.t))


OPTIMISERS = {"sgd": Descent, "momentum": Momentum, "adam": Adam, "adamw": Adam}


def make_step(request, parameters, optimiser, x, y, rows):
    """The training step for mini-batches of exactly `rows` samples: a function of their indices."""
    weights, biases = parameters.weights, parameters.biases
    into_weights, into_biases = optimiser.into.weights, optimiser.into.biases
    keep, finish = optimiser.keep, optimiser.finish
    layers, last = request["layers"], len(request["layers"]) - 1
    hidden_relu = request["hidden"] == "relu"
    softmax_output, quadratic = request["output"] == "softmax", request["cost"] == "quadratic"
    a, delta = ([torch.empty(rows, n) for n in layers] for _ in range(2))
    target = torch.empty(rows, layers[-1])
    delta_t, w_t = [d.t() for d in delta], [w.t() for w in weights]
    ones = torch.ones(rows)
    scale = optimiser.scale / rows
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
            into_weights[l].addmm_(delta_t[l + 1], a[l], beta=keep, alpha=scale)  # BP4, of plain descent with its update
            into_biases[l].addmv_(delta_t[l + 1], ones, beta=keep, alpha=scale)  # BP3
        if finish:
            finish()

    return step


def mini_batches(samples, batch, generator):
    """As common.mini_batches, with tensors: all views of an epoch are cut in one call."""
    while True:
        yield from torch.randperm(samples, generator=generator).split(batch)


def build(request, x, labels):
    torch.set_flush_denormal(True)  # before there are threads, which take it over
    torch.set_num_threads(request["threads"])
    rng = common.np.random.default_rng(request["seed"])
    parameters = Parameters(request["layers"])
    for w, first in zip(parameters.weights, common.first_weights(request["layers"], rng)):
        w.copy_(torch.from_numpy(first))
    optimiser = OPTIMISERS[request.get("optimiser", {"name": "sgd"})["name"]](request, parameters)
    images, targets = torch.from_numpy(x), torch.from_numpy(common.one_hot(labels))
    sizes = {request["batch"], len(x) % request["batch"]} - {0}
    steps = {rows: make_step(request, parameters, optimiser, images, targets, rows) for rows in sizes}
    return SimpleNamespace(
        version=torch.__version__,
        blas=common.blas()[0],
        threads=torch.get_num_threads(),
        differs=None,
        batches=mini_batches(len(x), request["batch"], torch.Generator().manual_seed(request["seed"])),
        step=lambda index: steps[len(index)](index),
        parameters=lambda: ([w.numpy() for w in parameters.weights], [b.numpy() for b in parameters.biases]),
    )


if __name__ == "__main__":
    wait_passively()
    with torch.inference_mode():  # no record for autograd, no version counters
        common.serve("torch", build)
