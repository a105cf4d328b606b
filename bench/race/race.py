"""What the Python sides of the race share: reading a recipe, the digits, the rate of each step, the order of samples, and a line
after every epoch. It is no trainer: numpy_race.py, torch_race.py and sklearn_race.py bring their own. Started by run.ts, with
bench/peers on Python's path for common.py.

Protocol: one JSON object on standard input, then lines on standard output until the last epoch:
    {"data":DIR,"digits":"test","seed":1,"layers":[784,512,10],"batch":128,"optimiser":"adam","eta":0.003,"dropout":0,
     "lambda":0,"epochs":4}
        -> {"event":"start","version":…} or {"event":"unavailable","reason":…}
        -> {"event":"epoch","epoch":1,"testAccuracy":0.97} …
With "digits":"validation" the last 10,000 training digits are held back, and validationAccuracy is told.

Every recipe is ReLU, softmax, log-likelihood, and a rate that falls to 0 along half a cosine.
Shapes: B rows of a mini-batch, I inputs and O outputs of a layer.
"""

import json
import math
import sys

import common
import numpy as np

HELD_BACK = 10_000
MU = 0.9  # of nesterov
BETA1, BETA2, EPSILON = 0.9, 0.999, 1e-8  # of adam


def prepared(folder, name):
    """Images [S, 784] float32 in [0, 1], and labels [S] int64, of a pair of IDX files."""
    images = common.read_idx(folder, f"{name}-images-idx3-ubyte")
    labels = common.read_idx(folder, f"{name}-labels-idx1-ubyte").astype(np.int64)
    return np.multiply(images.reshape(len(labels), -1), np.float32(1 / 255), dtype=np.float32), labels


def read_digits(recipe):
    """(x, labels) to train on, and (x, labels) to be judged by."""
    x, labels = prepared(recipe["data"], "train")
    if recipe["digits"] == "test":
        return (x, labels), prepared(recipe["data"], "t10k")
    return (x[:-HELD_BACK], labels[:-HELD_BACK]), (x[-HELD_BACK:], labels[-HELD_BACK:])


def rates(recipe, samples):
    """η of every step of the run, a list for each epoch."""
    steps = -(-samples // recipe["batch"])
    all_steps = steps * recipe["epochs"]
    factors = [0.5 * (1 + math.cos(math.pi * t / all_steps)) for t in range(all_steps)]
    return [[recipe["eta"] * f for f in factors[e * steps : (e + 1) * steps]] for e in range(recipe["epochs"])]


def he_weights(layers, rng):
    """One [O, I] float32 matrix per layer from N(0, 2/I) (He et al. 2015)."""
    return [w * np.float32(math.sqrt(2)) for w in common.first_weights(layers, rng)]


def adam_step(eta, t):
    """The factor of v / (√r + ε√(1 - β₂^t)) in step t, from 1, with Adam's corrections for having started at zero; and that ε."""
    correction = math.sqrt(1 - BETA2**t)
    return eta * correction / (1 - BETA1**t), EPSILON * correction


def race(version, build):
    """Trains by the recipe on standard input. `build(recipe, x, labels, rng)` returns a trainer: `train(order, etas)` for an epoch,
    and `classes(x)`, what it takes the rows of x for."""
    recipe = json.loads(sys.stdin.readline())
    common.answer(event="start", version=version)
    try:
        (x, labels), (held_x, held_labels) = read_digits(recipe)
        rng = np.random.default_rng(recipe["seed"])
        trainer = build(recipe, x, labels, rng)
        for epoch, etas in enumerate(rates(recipe, len(x)), 1):
            trainer.train(rng.permutation(len(x)), etas)
            accuracy = float((trainer.classes(held_x) == held_labels).mean())
            common.answer(event="epoch", epoch=epoch, **{f"{recipe['digits']}Accuracy": accuracy})
    except Exception as error:  # the parent must learn of every failure in one line
        common.answer(event="failed", reason=f"{type(error).__name__}: {error}")
        sys.exit(1)
