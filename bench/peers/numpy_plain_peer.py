"""NumPy as it is usually written: one matrix expression per formula, a new array for each result. The tuned side is
numpy_peer.py; this one shows what a reader of the book would measure. Started by orchestrate.ts; protocol in common.py.

Shapes: B rows of a mini-batch, I inputs and O outputs of a layer. Everything is float32 and row-major; weights are [O, I].
"""

from types import SimpleNamespace

import common
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def relu(z):
    return np.maximum(z, 0)


SLOPES = {sigmoid: lambda a: a * (1 - a), relu: lambda a: a > 0}


def build(request, x, labels):
    np.seterr(over="ignore")  # exp(-z) may overflow to infinity: the quotient is the right 0
    rng = np.random.default_rng(request["seed"])
    weights = list(common.first_weights(request["layers"], rng))
    biases = [np.zeros(w.shape[0], np.float32) for w in weights]
    y = common.one_hot(labels)
    hidden = relu if request["hidden"] == "relu" else sigmoid
    output = softmax if request["output"] == "softmax" else sigmoid
    quadratic = request["cost"] == "quadratic"
    last = len(weights) - 1

    def step(index):
        activations = [x[index]]
        for l, (w, b) in enumerate(zip(weights, biases)):
            activations.append((output if l == last else hidden)(activations[-1] @ w.T + b))
        delta = activations[-1] - y[index]  # BP1
        if quadratic:
            delta = delta * SLOPES[sigmoid](activations[-1])
        rate = np.float32(request["eta"] / len(index))
        for l in range(last, -1, -1):
            nabla_w, nabla_b = delta.T @ activations[l], delta.sum(axis=0)  # BP4, BP3
            if l:
                delta = (delta @ weights[l]) * SLOPES[hidden](activations[l])  # BP2
            weights[l] -= rate * nabla_w
            biases[l] -= rate * nabla_b

    name, threads = common.blas()
    return SimpleNamespace(
        version=np.__version__,
        blas=name,
        threads=threads or request["threads"],
        differs=None,
        batches=common.mini_batches(len(x), request["batch"], rng),
        step=step,
        parameters=lambda: (weights, biases),
    )


if __name__ == "__main__":
    common.serve("numpy as usually written", build)
