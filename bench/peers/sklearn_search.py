"""scikit-learn's side of bench:search: HalvingRandomSearchCV over an MLPClassifier, on samples and settings that search.ts has written.

The settings are listed, so that both sides look at the same ones; the resource of halving is the number of epochs (max_iter), and the one
split is the validation part, not folds. Each rung trains its candidates from the beginning: the search has no checkpoints. What the clock
counts is `fit` of the search, whose processes start in it; the fit of the winner, for the test samples, comes after it.

scikit-learn's penalty is alpha/2m Σ w² of each mini-batch of m, where the book's is λ/2n Σ w² of all n samples: alpha = λ m/n.

Usage: sklearn_search.py FOLDER, which holds x.bin, y.bin, request.json. Prints a line of JSON.
"""

import json
import os
import sys
import time
import warnings

# Before its worker processes start, which take it over.
os.environ["PYTHONWARNINGS"] = "ignore"
warnings.filterwarnings("ignore")

import numpy as np  # noqa: E402
import sklearn  # noqa: E402
from sklearn.experimental import enable_halving_search_cv  # noqa: E402, F401
from sklearn.model_selection import HalvingRandomSearchCV, PredefinedSplit  # noqa: E402
from sklearn.neural_network import MLPClassifier  # noqa: E402

folder = sys.argv[1]
with open(f"{folder}/request.json", encoding="utf-8") as file:
    request = json.load(file)
training, validation, test = request["samples"]
held = training + validation
x = np.fromfile(f"{folder}/x.bin", np.uint8).reshape(held + test, -1).astype(np.float32) * np.float32(request["scale"])
y = np.fromfile(f"{folder}/y.bin", np.uint16)
batch, epochs, runs = request["batch"], request["epochs"], len(request["settings"])

base = MLPClassifier(
    activation="relu",
    solver="sgd",
    momentum=0,
    nesterovs_momentum=False,
    learning_rate="constant",
    batch_size=batch,
    random_state=request["seed"],
    tol=0,
    n_iter_no_change=10**6,  # no end before the last epoch
)
settings = [
    {"hidden_layer_sizes": [(s["hidden"],)], "learning_rate_init": [s["eta"]], "alpha": [s["lambda"] * batch / training]}
    for s in request["settings"]
]
search = HalvingRandomSearchCV(
    base,
    settings,
    n_candidates=runs,
    factor=request["factor"],
    resource="max_iter",
    min_resources=request["least"],
    max_resources=epochs,
    cv=PredefinedSplit(np.r_[np.full(training, -1), np.zeros(validation)]),
    refit=False,
    return_train_score=False,
    random_state=request["seed"],
    n_jobs=request["cores"],
)
begin = time.perf_counter()
search.fit(x[:held], y[:held])
seconds = time.perf_counter() - begin

# The winner is the best of the last rung; its settings have the epochs with them.
results = search.cv_results_
last = results["iter"] == results["iter"].max()
best = max(np.flatnonzero(last), key=lambda k: results["mean_test_score"][k])
fitted = sklearn.base.clone(base).set_params(**results["params"][best]).fit(x[:training], y[:training])
answer = {
    "seconds": seconds,
    "validation": 100 * float(results["mean_test_score"][best]),
    "test": 100 * float(fitted.score(x[held:], y[held:])),
    "rungs": [[int(runs), int(epochs)] for runs, epochs in zip(search.n_candidates_, search.n_resources_)],
    "version": sklearn.__version__,
}
print(json.dumps(answer))
