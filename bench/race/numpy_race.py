"""NumPy in the race: the step of numpy_peer.py with momentum, Adam, dropout and L2. Protocol in race.py.

Weights and biases of a layer are one block, so that an optimiser's passes run over both at once. Adam keeps v / (1 - β₁) and
r / (1 - β₂), which saves two passes of twelve.
"""

import math

import common
import numpy as np
import race
from numpy_peer import ZERO, relu, softmax, split_block, times_relu_slope


def sgd(block, g, eta, _):
    np.multiply(g, np.float32(eta), g)
    np.subtract(block, g, block)


def make_nesterov(blocks):
    velocities = [np.zeros_like(b) for b in blocks]
    mu = np.array(race.MU, np.float32)

    def nesterov(l):
        v = velocities[l]
        spare = np.empty_like(v)

        def update(block, g, eta, _):  # v ← μ v - η ∇C; w ← w + μ v - η ∇C
            np.multiply(g, np.float32(eta), g)
            np.multiply(v, mu, v)
            np.subtract(v, g, v)
            np.multiply(v, mu, spare)
            np.subtract(spare, g, spare)
            np.add(block, spare, block)

        return update

    return [nesterov(l) for l in range(len(blocks))]


def make_adam(blocks):
    beta1, beta2 = np.array(race.BETA1, np.float32), np.array(race.BETA2, np.float32)
    square_scale = math.sqrt(1 - race.BETA2)

    def adam(block):
        v, r, spare = (np.zeros_like(block) for _ in range(3))

        def update(block, g, eta, t):
            scale, epsilon = race.adam_step(eta, t)
            np.multiply(v, beta1, v)
            np.add(v, g, v)
            np.multiply(r, beta2, r)
            np.square(g, g)
            np.add(r, g, r)
            np.sqrt(r, spare)
            np.add(spare, np.float32(epsilon / square_scale), spare)
            np.divide(v, spare, spare)
            np.multiply(spare, np.float32(scale * (1 - race.BETA1) / square_scale), spare)
            np.subtract(block, spare, block)

        return update

    return [adam(block) for block in blocks]


UPDATES = {"sgd": lambda blocks: [sgd] * len(blocks), "nesterov": make_nesterov, "adam": make_adam}


class Trainer:
    def __init__(self, recipe, x, labels, rng):
        self.recipe, self.x, self.y, self.rng, self.t = recipe, x, common.one_hot(labels), rng, 0
        first = race.he_weights(recipe["layers"], rng)
        self.blocks, self.w, self.b = zip(*(split_block(*w.shape) for w in first))
        for weights, biases, w in zip(self.w, self.b, first):
            weights[:] = w
            biases[:] = 0
        self.gradients, self.grad_w, self.grad_b = zip(*(split_block(*w.shape) for w in first))
        self.updates = UPDATES[recipe["optimiser"]](self.blocks)
        self.decay = np.float32(recipe["lambda"] / len(x))
        self.buffers = {}

    def buffers_of(self, rows):
        """Activations, errors and comparisons of a mini-batch of so many rows; made once for each size."""
        if rows not in self.buffers:
            layers = self.recipe["layers"]
            a, delta, mask = ([np.empty((rows, n), kind) for n in layers] for kind in (np.float32, np.float32, bool))
            self.buffers[rows] = a, delta, mask, np.empty((rows, layers[-1]), np.float32), np.ones(rows, np.float32)
        return self.buffers[rows]

    def drop(self, a, mask):
        """Leaves units out, each with the recipe's probability; the others grow, so that the mean stays."""
        keep = 1 - self.recipe["dropout"]
        np.less(self.rng.random(a.shape, np.float32), np.float32(keep), mask)
        np.multiply(a, mask, a)
        np.multiply(a, np.float32(1 / keep), a)

    def step(self, index, eta):
        a, delta, mask, target, ones = self.buffers_of(len(index))
        last, dropout = len(self.w) - 1, self.recipe["dropout"]
        self.t += 1
        self.x.take(index, 0, a[0], "clip")
        self.y.take(index, 0, target, "clip")
        for l, (w, b) in enumerate(zip(self.w, self.b)):
            z = np.dot(a[l], w.T, a[l + 1])
            np.add(z, b, z)
            (softmax if l == last else relu)(z)
            if dropout and l < last:
                self.drop(z, mask[l + 1])
        d = np.subtract(a[-1], target, delta[-1])  # BP1
        np.multiply(d, np.float32(1 / len(index)), d)
        for l in range(last, -1, -1):
            np.dot(delta[l + 1].T, a[l], self.grad_w[l])  # BP4
            np.dot(ones, delta[l + 1], self.grad_b[l])  # BP3
            if l:  # BP2: before w changes; what was left out is 0 in a, so the slope of ReLU leaves it out here too
                d = np.dot(delta[l + 1], self.w[l], delta[l])
                times_relu_slope(d, a[l], mask[l])
                if dropout:
                    np.multiply(d, np.float32(1 / (1 - dropout)), d)
            if self.decay:
                np.add(self.grad_w[l], self.decay * self.w[l], self.grad_w[l])
            self.updates[l](self.blocks[l], self.gradients[l], eta, self.t)

    def train(self, order, etas):
        batch = self.recipe["batch"]
        for k, eta in enumerate(etas):
            self.step(order[k * batch : (k + 1) * batch], eta)

    def classes(self, x):
        a = x
        for l, (w, b) in enumerate(zip(self.w, self.b)):
            a = a @ w.T + b
            if l < len(self.w) - 1:
                np.maximum(a, ZERO, out=a)
        return a.argmax(1)


if __name__ == "__main__":
    race.race(f"NumPy {np.__version__}", Trainer)
