# The figures that scikit-learn gives for examples of outputs, labels and targets: ties in scores, classes that are absent from a split
# or never named, probabilities of 0 and 1, targets that are all the same. metrics.json holds what this printed with
# scikit-learn 1.9 and NumPy 2:
#
#   python metrics.py > metrics.json
#
# Outputs and targets are float32, little-endian, in base64; figures are of the same values as float64.

import base64
import json
import warnings

import numpy as np
from sklearn import metrics
from sklearn.calibration import calibration_curve

warnings.simplefilter("ignore")
random = np.random.default_rng(5)


def coded(values):
    return base64.b64encode(np.asarray(values, "<f4").tobytes()).decode()


def number(value):
    return float(value) if np.isfinite(value) else None


def numbers(values):
    return [number(v) for v in values]


def probabilities(outputs, activation):
    """What scikit-learn would be given: rows that add up to 1."""
    a = outputs.astype(np.float64)
    if activation == "softmax":
        return a
    return a / a.sum(axis=1, keepdims=True) if activation == "sigmoid" else None


def average(labels, named, how):
    return numbers(metrics.precision_recall_fscore_support(labels, named, average=how, zero_division=0)[:3])


def mirrored_top_k(labels, scores, k):
    """Of equal scores scikit-learn takes the last first; mirrored, the first, as an argmax does."""
    K = scores.shape[1]
    return metrics.top_k_accuracy_score(K - 1 - labels, scores[:, ::-1], k=k, labels=range(K)) if K > 2 else None


def classes(name, activation, outputs, labels, k=2):
    outputs = np.asarray(outputs, np.float32)
    labels = np.asarray(labels, int)
    n, K = outputs.shape
    named = outputs.argmax(axis=1)
    scores = outputs.astype(np.float64)
    p = probabilities(outputs, activation)
    each = metrics.precision_recall_fscore_support(labels, named, labels=range(K), zero_division=np.nan)
    expected = {
        "accuracy": number(metrics.accuracy_score(labels, named)),
        "topK": mirrored_top_k(labels, scores, k),
        "precision": numbers(each[0]),
        "recall": numbers(each[1]),
        "f1": numbers(each[2]),
        "macro": average(labels, named, "macro"),
        "weighted": average(labels, named, "weighted"),
        "logLoss": None if p is None else number(metrics.log_loss(labels, p, labels=range(K))),
        "logLossOfFloat32": None if p is None else number(metrics.log_loss(labels, p.astype(np.float32), labels=range(K))),
        "roc": None,
        "calibration": None,
    }
    if K == 2 and len(set(labels)) == 2:
        score = p[:, 1] if p is not None else scores[:, 1] - scores[:, 0]
        fpr, tpr, thresholds = metrics.roc_curve(labels, score, drop_intermediate=False)
        expected["roc"] = {
            "auc": number(metrics.roc_auc_score(labels, score)),
            "falsePositives": numbers(fpr),
            "truePositives": numbers(tpr),
            "thresholds": numbers(thresholds),
        }
    if p is not None:
        came, confidence = (labels == 1, p[:, 1]) if K == 2 else (labels == named, p[np.arange(n), named])
        true, predicted = calibration_curve(came, confidence, n_bins=10, pos_label=True)
        bins = np.searchsorted(np.linspace(0, 1, 11)[1:-1], confidence)
        samples = np.bincount(bins, minlength=10)
        counts = samples[samples > 0]
        error = np.sum(counts / n * np.abs(true - predicted))
        expected["calibration"] = {"samples": samples.tolist(), "observed": numbers(true), "predicted": numbers(predicted), "error": number(error)}
    return {
        "name": name,
        "output": activation,
        "classes": K,
        "k": k,
        "labels": labels.tolist(),
        "outputs": coded(outputs),
        "expected": expected,
    }


def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return (e / e.sum(axis=1, keepdims=True)).astype(np.float32)


def drawn(n, K, sharpness, of=None):
    """Labels, of the classes up to `of`, and outputs that know something of them."""
    labels = random.integers(0, of or K, n)
    z = random.normal(size=(n, K))
    z[np.arange(n), labels] += 1
    return softmax(sharpness * z), labels


def numbers_example(name, targets, predicted, units=None):
    y, a = (np.asarray(v, np.float32).reshape(len(v), -1) for v in (targets, predicted))
    K = y.shape[1]
    mean, deviation = (np.array([u[i] for u in units]) if units else i for i in (0, 1))
    t, b = (mean + deviation * v.astype(np.float64) for v in (y, a))
    r2 = np.atleast_1d(metrics.r2_score(t, b, multioutput="raw_values", force_finite=False))
    # The value itself where all are the same is what scikit-learn sees too: its spread is 0.
    finite = r2[np.isfinite(r2)]
    return {
        "name": name,
        "outputs": K,
        "targets": coded(y),
        "predicted": coded(a),
        "units": None if units is None else [{"mean": m, "deviation": d} for m, d in units],
        "expected": {
            "r2": number(finite.mean()) if len(finite) else None,
            "rmse": number(metrics.root_mean_squared_error(t, b)),
            "mae": number(metrics.mean_absolute_error(t, b)),
            "each": {
                "r2": numbers(r2),
                "rmse": numbers(metrics.root_mean_squared_error(t, b, multioutput="raw_values")),
                "mae": numbers(metrics.mean_absolute_error(t, b, multioutput="raw_values")),
            },
        },
    }


eighths = random.multinomial(8, [0.4, 0.3, 0.2, 0.1], 60) / 8
halves = random.integers(0, 5, 80) / 4
sigmoids = 1 / (1 + np.exp(-2 * random.normal(size=(50, 3))))
wave = np.sin(np.arange(40))

report = {
    "classes": [
        classes("seven classes, softmax", "softmax", *drawn(120, 7, 1.5), k=3),
        classes("a class that no sample is of", "softmax", *drawn(60, 5, 1, of=4)),
        classes("a class that is never named", "softmax", [[0.5, 0.3, 0.2], [0.2, 0.5, 0.3], [0.3, 0.5, 0.2], [0.6, 0.2, 0.2]], [0, 1, 2, 2]),
        classes("a class that neither occurs nor is named", "softmax", [[0.5, 0.3, 0.2], [0.2, 0.5, 0.3], [0.3, 0.5, 0.2]], [0, 1, 0]),
        classes("all of one class", "softmax", drawn(20, 4, 1)[0], [3] * 20),
        classes("one sample", "softmax", [[0.25, 0.5, 0.25]], [2]),
        classes("ties among outputs", "softmax", eighths, random.integers(0, 4, 60)),
        classes("probabilities of 0 and 1", "softmax", np.eye(4)[[0, 1, 2, 3, 0, 1]], [0, 1, 2, 3, 1, 1]),
        classes("very sure, so that float32 rounds to 0 and 1", "softmax", *drawn(80, 4, 25)),
        classes("sigmoids, by their shares", "sigmoid", sigmoids, random.integers(0, 3, 50)),
        classes("two classes", "softmax", *drawn(150, 2, 1.2)),
        classes("two classes, scores with ties", "softmax", np.stack([1 - halves, halves], 1), random.random(80) < halves * 0.8 + 0.1),
        classes("two classes, all scores the same", "softmax", [[0.5, 0.5]] * 6, [0, 1, 1, 0, 1, 1]),
        classes("two classes, all right", "softmax", [[0.9, 0.1], [0.2, 0.8], [0.7, 0.3]], [0, 1, 0]),
        classes("two classes, all wrong", "softmax", [[0.9, 0.1], [0.2, 0.8], [0.7, 0.3]], [1, 0, 1]),
        classes("two classes, of which one is absent", "softmax", drawn(30, 2, 1)[0], [1] * 30),
        classes("two classes, sigmoids", "sigmoid", sigmoids[:, :2], random.integers(0, 2, 50)),
        classes("two classes, linear", "linear", random.normal(size=(70, 2)), random.integers(0, 2, 70)),
        classes("many classes, linear", "linear", random.normal(size=(40, 6)), random.integers(0, 6, 40)),
    ],
    "numbers": [
        numbers_example("one output", wave, wave + 0.3 * random.normal(size=40)),
        numbers_example("three outputs", random.normal(size=(30, 3)) * [1, 100, 0.01], random.normal(size=(30, 3)) * [1, 90, 0.01]),
        numbers_example("far from 0", 1e4 + wave, 1e4 + 0.9 * wave),
        numbers_example("all met", wave, wave),
        numbers_example("all targets the same", [2.5] * 8, random.normal(size=8)),
        numbers_example("all targets the same, and met", [2.5] * 8, [2.5] * 8),
        numbers_example("one of two outputs the same", np.stack([wave, wave * 0 + 1], 1), np.stack([0.8 * wave, wave], 1)),
        numbers_example("one sample", [1.5], [1]),
        numbers_example(
            "standardised for training",
            random.normal(size=(50, 2)),
            random.normal(size=(50, 2)),
            units=[(206855.8, 115395.6), (-3.25, 0.5)],
        ),
    ],
}
# A list of examples, each on a line.
lines = [f'"{kind}": [\n' + ",\n".join(json.dumps(one) for one in all) + "\n]" for kind, all in report.items()]
print("{\n" + ",\n".join(lines) + "\n}")
