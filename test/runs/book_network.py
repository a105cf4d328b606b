"""A network as the book's code keeps it, in NumPy alone: the other side in the tests of the book's JSON. Written from the
description of the format and of the forward pass, and from nothing of nabla.

    python3 book_network.py outputs FILE
        reads a network; takes a JSON list of samples from standard input, and writes the list of their output activations
    python3 book_network.py make FILE SIZES COST SEED
        saves a network with weights and biases from N(0, 1) / sqrt(n_in): SIZES as in 784,30,10
"""

import json
import sys

import numpy as np


def outputs(path):
    with open(path, encoding="utf-8") as file:
        network = json.load(file)
    weights = [np.array(w) for w in network["weights"]]
    biases = [np.array(b) for b in network["biases"]]
    sizes = network["sizes"]
    assert [w.shape for w in weights] == [(o, i) for i, o in zip(sizes, sizes[1:])]
    assert [b.shape for b in biases] == [(o, 1) for o in sizes[1:]]
    assert all(array.dtype == np.float64 for array in weights + biases)
    # One column for each sample, as in the book.
    a = np.array(json.load(sys.stdin)).T
    for w, b in zip(weights, biases):
        a = 1 / (1 + np.exp(-(w @ a + b)))
    json.dump({"cost": network["cost"], "outputs": a.T.tolist()}, sys.stdout)


def make(path, sizes, cost, seed):
    random = np.random.RandomState(int(seed))
    sizes = [int(n) for n in sizes.split(",")]
    network = {
        "sizes": sizes,
        "weights": [(random.randn(o, i) / np.sqrt(i)).tolist() for i, o in zip(sizes, sizes[1:])],
        "biases": [random.randn(o, 1).tolist() for o in sizes[1:]],
        "cost": cost,
    }
    with open(path, "w", encoding="utf-8") as file:
        json.dump(network, file)


if __name__ == "__main__":
    {"outputs": outputs, "make": make}[sys.argv[1]](*sys.argv[2:])
