"""The scikit-learn peer: MLPClassifier with plain SGD, momentum or Adam, fed by partial_fit. Not a way round the library: its own loop
cuts each block of samples into the mini-batches and updates after each. Started by orchestrate.ts; protocol in common.py.

What makes it fast, measured on N1 on one thread (samples/s): one partial_fit per mini-batch 23,000, one per about 1,000
samples 86,000, since a call checks its arguments each time; the mini-batches inside are the same. Data stay float32, and
the scan for NaN is off.

It has one cost only. Softmax with log-likelihood (N3, N4) is that cost; sigmoid outputs with cross-entropy (N2) are what
it trains when the labels are a matrix of zeros and ones; a quadratic cost (N1) it cannot express, which `differs` says.
"""

import warnings
from types import SimpleNamespace

import common

common.require("sklearn", "python3-sklearn")
import numpy as np  # noqa: E402
import sklearn  # noqa: E402
from sklearn.neural_network import MLPClassifier  # noqa: E402

SAMPLES_PER_CALL = 1000


def solver(optimiser):
    if optimiser and optimiser["name"] == "adam":
        return {
            "solver": "adam",
            "beta_1": optimiser["beta1"],
            "beta_2": optimiser["beta2"],
            "epsilon": optimiser["epsilon"],
        }
    return {
        "solver": "sgd",
        "momentum": optimiser["momentum"] if optimiser else 0,
        "nesterovs_momentum": False,
    }


def build(request, x, labels):
    warnings.simplefilter("ignore")
    sklearn.set_config(assume_finite=True)
    batch = request["batch"]
    targets = labels if request["output"] == "softmax" else common.one_hot(labels).astype(np.int64)
    model = MLPClassifier(
        hidden_layer_sizes=request["layers"][1:-1],
        activation="relu" if request["hidden"] == "relu" else "logistic",
        **solver(request.get("optimiser")),
        alpha=0,
        batch_size=batch,
        learning_rate="constant",
        learning_rate_init=request["eta"],
        shuffle=False,  # the rows come in shuffled order already
        random_state=request["seed"],
    )
    model.partial_fit(x[:batch], targets[:batch], classes=np.arange(10))  # makes the arrays; this step is thrown away
    rng = np.random.default_rng(request["seed"])
    for w, b, first in zip(model.coefs_, model.intercepts_, common.first_weights(request["layers"], rng)):
        w[:] = first.T  # scikit-learn keeps weights as [I, O]
        b[:] = 0
    del model._optimizer  # what it keeps of that step; the next one makes another
    rows = batch * max(1, round(SAMPLES_PER_CALL / batch))
    name, threads = common.blas()
    return SimpleNamespace(
        version=sklearn.__version__,
        blas=name,
        threads=threads or request["threads"],
        differs="trains on cross-entropy: it has no quadratic cost" if request["cost"] == "quadratic" else None,
        batches=common.mini_batches(len(x), rows, rng),
        step=lambda index: model.partial_fit(x[index], targets[index]),
        parameters=lambda: ([w.T for w in model.coefs_], model.intercepts_),
    )


if __name__ == "__main__":
    common.serve("scikit-learn", build)
