"""Some of the book's runs by its own algorithm in NumPy and float64, independent of everything else here: the figures that
src/insight/published-runs.ts cites, and what tells a fault of nabla from what the book's network does by itself.

  OPENBLAS_NUM_THREADS=1 python3 test/experiments/book_numpy.py FOLDER ROW [SEEDS [EPOCHS]]

FOLDER holds the four files of MNIST, gzipped.
"""

import gzip
import sys

import numpy as np

# row: hidden, quadratic, scaled weights, images, epochs, eta, lambda, measured on test
ROWS = {
    "ch1-100": (100, True, False, 50_000, 30, 3.0, 0.0, True),
    "ch3-overfit": (30, False, False, 1_000, 400, 0.5, 0.0, True),
    "ch3-l2-small": (30, False, False, 1_000, 400, 0.5, 0.1, True),
    "ch3-init": (30, False, True, 50_000, 1, 0.1, 5.0, False),
    "ch3-init-normal": (30, False, False, 50_000, 1, 0.1, 5.0, False),
}
BATCH = 10


def images(path):
    return np.frombuffer(gzip.open(path).read(), np.uint8, offset=16).reshape(-1, 784) / 255


def labels(path):
    return np.frombuffer(gzip.open(path).read(), np.uint8, offset=8)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def best_accuracy(row, seed, epochs, x, y, held_x, held_y):
    """The highest accuracy of any epoch, per cent."""
    hidden, quadratic, scaled, n, _, eta, decay, _ = row
    random = np.random.RandomState(seed)
    b1, b2 = random.randn(hidden), random.randn(10)
    w1, w2 = random.randn(784, hidden), random.randn(hidden, 10)
    if scaled:
        w1, w2 = w1 / np.sqrt(784), w2 / np.sqrt(hidden)
    rate, keep = eta / BATCH, 1 - eta * decay / n
    targets = np.eye(10)[y[:n]]
    best = 0.0
    for _ in range(epochs):
        order = random.permutation(n)
        for k in range(0, n, BATCH):
            batch = order[k : k + BATCH]
            a0 = x[batch]
            a1 = sigmoid(a0 @ w1 + b1)
            a2 = sigmoid(a1 @ w2 + b2)
            d2 = a2 - targets[batch]  # BP1 for the cross-entropy
            if quadratic:
                d2 = d2 * a2 * (1 - a2)  # BP1
            d1 = (d2 @ w2.T) * a1 * (1 - a1)  # BP2
            b1 -= rate * d1.sum(0)  # BP3
            b2 -= rate * d2.sum(0)
            w1 = keep * w1 - rate * a0.T @ d1  # BP4
            w2 = keep * w2 - rate * a1.T @ d2
        named = np.argmax(sigmoid(held_x @ w1 + b1) @ w2 + b2, axis=1)
        best = max(best, 100 * (named == held_y).mean())
    return best


def main(folder, name, seeds=8, epochs=None):
    row = ROWS[name]
    x, y = images(f"{folder}/train-images-idx3-ubyte.gz"), labels(f"{folder}/train-labels-idx1-ubyte.gz")
    held = x[50_000:], y[50_000:]
    if row[-1]:
        held = images(f"{folder}/t10k-images-idx3-ubyte.gz"), labels(f"{folder}/t10k-labels-idx1-ubyte.gz")
    found = []
    for seed in range(1, int(seeds) + 1):
        found.append(best_accuracy(row, seed, int(epochs or row[4]), x, y, *held))
        print(f"seed {seed}: {found[-1]:.2f}", flush=True)
    deviation = np.std(found, ddof=1) if len(found) > 1 else float("nan")
    print(f"{name}: mean {np.mean(found):.2f}, deviation {deviation:.2f}")


main(*sys.argv[1:])
