"""The NumPy peer: BP1 to BP4 over whole mini-batches with the system's BLAS, as a careful NumPy user would write it.
Not a reference implementation: it is here to be as fast as NumPy allows. Started by orchestrate.ts; protocol in common.py.

What makes it fast, measured on N1 (784-30-10, mini-batch 10; two cores, OpenBLAS 0.3.21, samples/s on one thread):
buffers made once and `out` everywhere, 240,000; then 0-d float32 arrays in place of Python numbers (an addition to
[10, 30] takes 0.41 µs, not 0.88), weights and biases of a layer in one block so that one subtraction updates both, and
a product with ones for the bias gradient, 310,000. Biases as an extra column of w saved calls too, but its odd row
length made N4 slower (1,260 to 1,400). Gathering with `mode="clip"` is half again as fast as the checked mode.

Shapes: B rows of a mini-batch, I inputs and O outputs of a layer. Everything is float32 and row-major.
"""

from types import SimpleNamespace

import common
import numpy as np

ZERO, ONE = np.array(0, np.float32), np.array(1, np.float32)


def sigmoid(z):
    np.negative(z, z)
    np.exp(z, z)
    np.add(z, ONE, z)
    np.reciprocal(z, z)


def softmax(z):
    np.subtract(z, np.maximum.reduce(z, 1, keepdims=True), z)
    np.exp(z, z)
    np.divide(z, np.add.reduce(z, 1, keepdims=True), z)


def relu(z):
    np.maximum(z, ZERO, out=z)


def times_sigmoid_slope(delta, a, spare):
    """δ ← δ ⊙ σ'(z), with σ'(z) = a - a²; all [B, O]."""
    np.square(a, spare)
    np.subtract(a, spare, spare)
    np.multiply(delta, spare, delta)


def times_relu_slope(delta, a, spare):
    """δ ← δ ⊙ [a > 0]; all [B, O]."""
    np.greater(a, ZERO, spare)
    np.multiply(delta, spare, delta)


class Parameters:
    """Weights [O, I] and biases [O] of each layer as two views of one block, and their gradients likewise."""

    def __init__(self, layers, rng):
        self.blocks, self.weights, self.biases = [], [], []
        for w in common.first_weights(layers, rng):
            block, weights, biases = split_block(*w.shape)
            weights[:] = w
            biases[:] = 0
            self.blocks.append(block)
            self.weights.append(weights)
            self.biases.append(biases)
        gradients = [split_block(*w.shape) for w in self.weights]
        self.gradient_blocks, self.weight_gradients, self.bias_gradients = zip(*gradients)


def split_block(o, i):
    block = np.empty(o * i + o, np.float32)
    return block, block[: o * i].reshape(o, i), block[o * i :]


def make_step(request, parameters, x, y, rows):
    """The training step for mini-batches of exactly `rows` samples: a function of their indices."""
    layers, last = request["layers"], len(request["layers"]) - 1
    hidden_relu = request["hidden"] == "relu"
    activate_hidden, slope_hidden = (relu, times_relu_slope) if hidden_relu else (sigmoid, times_sigmoid_slope)
    activate = [activate_hidden] * (last - 1) + [softmax if request["output"] == "softmax" else sigmoid]
    quadratic = request["cost"] == "quadratic"

    def buffers(dtype=np.float32):
        return [np.empty((rows, n), dtype) for n in layers]

    a, delta = buffers(), buffers()
    spare = buffers(bool if hidden_relu else np.float32)
    spare_out = np.empty((rows, layers[-1]), np.float32)
    target = np.empty((rows, layers[-1]), np.float32)
    delta_t = [d.T for d in delta]
    ones = np.ones(rows, np.float32)
    scale = np.array(request["eta"] / rows, np.float32)  # δ is linear in the output error: scaled there once
    w, b, w_t = parameters.weights, parameters.biases, [w.T for w in parameters.weights]
    grad_w, grad_b = parameters.weight_gradients, parameters.bias_gradients
    blocks, gradients = parameters.blocks, parameters.gradient_blocks
    forward, backward = range(last), range(last - 1, -1, -1)
    dot, add, subtract, multiply = np.dot, np.add, np.subtract, np.multiply

    def step(index):
        x.take(index, 0, a[0], "clip")
        y.take(index, 0, target, "clip")
        for l in forward:  # a^l [B, O] = f(a^(l-1) [B, I] · w^T [I, O] + b [O])
            z = dot(a[l], w_t[l], a[l + 1])
            add(z, b[l], z)
            activate[l](z)
        d = subtract(a[last], target, delta[last])  # BP1
        multiply(d, scale, d)
        if quadratic:
            times_sigmoid_slope(d, a[last], spare_out)
        for l in backward:
            dot(delta_t[l + 1], a[l], grad_w[l])  # BP4: [O, B] · [B, I]
            dot(ones, d, grad_b[l])  # BP3
            if l:  # BP2: before w changes
                d = dot(d, w[l], delta[l])
                slope_hidden(d, a[l], spare[l])
            subtract(blocks[l], gradients[l], blocks[l])

    return step


def build(request, x, labels):
    np.seterr(over="ignore")  # exp(-z) may overflow to infinity: its reciprocal is the right 0
    rng = np.random.default_rng(request["seed"])
    parameters = Parameters(request["layers"], rng)
    y = common.one_hot(labels)
    sizes = {request["batch"], len(x) % request["batch"]} - {0}
    steps = {rows: make_step(request, parameters, x, y, rows) for rows in sizes}
    name, threads = common.blas()
    return SimpleNamespace(
        version=np.__version__,
        blas=name,
        threads=threads or request["threads"],
        differs=None,
        batches=common.mini_batches(len(x), request["batch"], rng),
        step=lambda index: steps[len(index)](index),
        parameters=lambda: (parameters.weights, parameters.biases),
    )


if __name__ == "__main__":
    common.serve("numpy", build)
