"""Golden runs: ten steps of training of small networks, in float64, from the formulas of Nielsen's "Neural Networks and Deep
Learning" and of the optimisers' papers. An independent implementation: it shares nothing with nabla but the file it writes.

    python3 golden.py            computes all runs and writes golden.json beside this file
    python3 golden.py --check    computes all runs and compares them with golden.json: exit code 1 where they differ

It needs NumPy alone. golden.json holds

    problems  name -> layers, activations (of layers 2 to L), cost, batch; the training data: inputs [n][n_1] and labels [n];
              orders [2][n], the order of the samples in each of two epochs; parameters [P], the initial ones; gradient [P],
              the mean of dC_x/dw and dC_x/db over the first mini-batch, at the initial parameters, without the decay
    runs      name, problem, eta, lambda, optimiser; costs [10], the mean of C_x over each mini-batch before its step, without
              the decay term; parameters [P] after ten steps

[P] is the book's order: w^2 row by row ([n_2][n_1]), b^2, w^3, b^3, ... An epoch is five steps: 36 samples in mini-batches of
8, the last one of 4, whose mean is over those 4. Inputs and initial parameters are small multiples of powers of two, so that
float32 holds the very same numbers. n in the decay is the number of training samples, 36; biases do not decay.

With g = dC/dw + (lambda/n) w for weights, g = dC/db for biases (but AdamW: g without the decay), per step t = 1, 2, ...

    sgd        w <- w - eta g                                                                      book, chapter 3
    momentum   v <- mu v - eta g;  w <- w + v                                                      book, chapter 3
    nesterov   v <- mu v - eta g;  w <- w + mu v - eta g         Sutskever et al. 2013, with the gradient taken at w
    rmsprop    s <- rho s + (1 - rho) g^2;  w <- w - eta g / (sqrt(s) + epsilon)                   Tieleman and Hinton 2012
    adam       m <- beta1 m + (1 - beta1) g;  v <- beta2 v + (1 - beta2) g^2;
               w <- w - eta (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + epsilon)              Kingma and Ba 2015
    adamw      as adam, and at once w <- w - eta (lambda/n) w, with the w before the step          Loshchilov and Hutter 2019
"""

import json
import os
import sys

import numpy as np

PATH = os.path.join(os.path.dirname(os.path.abspath(__file__)), "golden.json")
STEPS = 10
SAMPLES = 36
BATCH = 8
FLOAT = np.float64

PROBLEMS = {
    "sigmoid-quadratic": ([12, 8, 5], ["sigmoid", "sigmoid"], "quadratic"),
    "tanh-cross-entropy": ([12, 8, 5], ["tanh", "sigmoid"], "cross-entropy"),
    "relu-softmax": ([12, 7, 6, 5], ["relu", "relu", "softmax"], "log-likelihood"),
}

# problem, eta, lambda, optimiser
RUNS = {
    "sigmoid-quadratic": ("sigmoid-quadratic", 3.0, 0.0, {"name": "sgd"}),
    "tanh-cross-entropy": ("tanh-cross-entropy", 0.5, 2.0, {"name": "sgd"}),
    "relu-softmax": ("relu-softmax", 0.25, 0.0, {"name": "sgd"}),
    "momentum": ("tanh-cross-entropy", 0.125, 2.0, {"name": "momentum", "mu": 0.75}),
    "nesterov": ("sigmoid-quadratic", 0.5, 1.0, {"name": "nesterov", "mu": 0.875}),
    "rmsprop": ("tanh-cross-entropy", 0.01, 1.0, {"name": "rmsprop", "rho": 0.9, "epsilon": 1e-8}),
    "adam": ("relu-softmax", 0.02, 1.0, {"name": "adam", "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8}),
    "adamw": ("tanh-cross-entropy", 0.02, 3.0, {"name": "adamw", "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8}),
}


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def softmax(z):
    powers = np.exp(z - z.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


ACTIVATIONS = {"sigmoid": sigmoid, "tanh": np.tanh, "relu": lambda z: np.maximum(z, 0), "softmax": softmax}
DERIVATIVES = {
    "sigmoid": lambda z: sigmoid(z) * (1 - sigmoid(z)),
    "tanh": lambda z: 1 / np.cosh(z) ** 2,
    "relu": lambda z: (z > 0).astype(FLOAT),
}


def split(layers, parameters):
    """[P] -> [(w, b), ...], w of shape [n_l][n_(l-1)]."""
    tensors, at = [], 0
    for inputs, outputs in zip(layers, layers[1:]):
        w = parameters[at : at + inputs * outputs].reshape(outputs, inputs)
        at += inputs * outputs
        tensors.append((w, parameters[at : at + outputs]))
        at += outputs
    return tensors


def is_weight(layers):
    """[P] of ones for weights and zeros for biases."""
    sizes = zip(layers, layers[1:])
    return np.concatenate([np.repeat(np.array([1, 0], FLOAT), (i * o, o)) for i, o in sizes])


def forward(problem, parameters, x):
    """z and a of every layer, one sample a row; a[0] is the input."""
    zs, activations = [], [x]
    for (w, b), name in zip(split(problem["layers"], parameters), problem["activations"]):
        zs.append(activations[-1] @ w.T + b)
        activations.append(ACTIVATIONS[name](zs[-1]))
    return zs, activations


def mean_cost(problem, parameters, x, y):
    a = forward(problem, parameters, x)[1][-1]
    if problem["cost"] == "quadratic":
        terms = (y - a) ** 2 / 2
    elif problem["cost"] == "cross-entropy":
        terms = -(y * np.log(a) + (1 - y) * np.log(1 - a))
    else:
        terms = -y * np.log(np.where(y > 0, a, 1))
    return terms.sum() / len(x)


def mean_gradient(problem, parameters, x, y):
    """[P]: BP1 to BP4 for a mini-batch, and the mean over its samples."""
    zs, activations = forward(problem, parameters, x)
    tensors = split(problem["layers"], parameters)
    # BP1. For the quadratic cost as it stands; cross-entropy cancels sigma' (chapter 3, equation 66), as does the
    # log-likelihood with a softmax (equation 84).
    delta = activations[-1] - y
    if problem["cost"] == "quadratic":
        delta = delta * DERIVATIVES[problem["activations"][-1]](zs[-1])
    gradients = []
    for l in reversed(range(len(tensors))):
        # BP4 and BP3
        gradients[:0] = [(delta.T @ activations[l] / len(x)).ravel(), delta.sum(axis=0) / len(x)]
        if l > 0:
            # BP2
            delta = (delta @ tensors[l][0]) * DERIVATIVES[problem["activations"][l - 1]](zs[l - 1])
    return np.concatenate(gradients)


def update(optimiser, state, w, g, decay, eta, t):
    """One step: [P] -> [P]. `decay` [P] is (lambda/n) w for weights and 0 for biases; `state` keeps what the optimiser needs."""
    o, name = optimiser, optimiser["name"]
    if name != "adamw":
        g = g + decay
    if name == "sgd":
        return w - eta * g
    if name in ("momentum", "nesterov"):
        v = state["v"] = o["mu"] * state.get("v", 0) - eta * g
        return w + v if name == "momentum" else w + o["mu"] * v - eta * g
    if name == "rmsprop":
        s = state["s"] = o["rho"] * state.get("s", 0) + (1 - o["rho"]) * g**2
        return w - eta * g / (np.sqrt(s) + o["epsilon"])
    m = state["m"] = o["beta1"] * state.get("m", 0) + (1 - o["beta1"]) * g
    v = state["v"] = o["beta2"] * state.get("v", 0) + (1 - o["beta2"]) * g**2
    step = eta * (m / (1 - o["beta1"] ** t)) / (np.sqrt(v / (1 - o["beta2"] ** t)) + o["epsilon"])
    return w - step - (eta * decay if name == "adamw" else 0)


def mini_batches(problem):
    """(x, y) of each of the ten steps; y is one-hot."""
    x = np.array(problem["inputs"], FLOAT)
    y = np.eye(problem["layers"][-1], dtype=FLOAT)[problem["labels"]]
    for order in problem["orders"]:
        for begin in range(0, len(order), problem["batch"]):
            chosen = order[begin : begin + problem["batch"]]
            yield x[chosen], y[chosen]


def make_problem(seed, layers, activations, cost):
    # RandomState's streams are frozen (NumPy, NEP 19): the same numbers from every version.
    random = np.random.RandomState(seed)
    # A third of the inputs is zero.
    inputs = random.randint(1, 65, (SAMPLES, layers[0])) / 64 * (random.randint(0, 3, (SAMPLES, layers[0])) > 0)
    tensors = []
    for i, o in zip(layers, layers[1:]):
        tensors += [random.randint(-768, 769, i * o) / 1024, random.randint(-512, 513, o) / 1024]
    problem = {
        "layers": layers,
        "activations": activations,
        "cost": cost,
        "batch": BATCH,
        "inputs": inputs.tolist(),
        "labels": random.randint(0, layers[-1], SAMPLES).tolist(),
        "orders": [random.permutation(SAMPLES).tolist() for _ in range(2)],
        "parameters": np.concatenate(tensors).tolist(),
    }
    x, y = next(mini_batches(problem))
    parameters = np.array(problem["parameters"], FLOAT)
    problem["gradient"] = mean_gradient(problem, parameters, x, y).tolist()
    return problem


def make_run(name, problems, problem_name, eta, lambda_, optimiser):
    problem = problems[problem_name]
    parameters = np.array(problem["parameters"], FLOAT)
    weights = is_weight(problem["layers"])
    costs, state = [], {}
    for t, (x, y) in enumerate(mini_batches(problem), start=1):
        costs.append(float(mean_cost(problem, parameters, x, y)))
        g = mean_gradient(problem, parameters, x, y)
        decay = lambda_ / SAMPLES * weights * parameters
        parameters = update(optimiser, state, parameters, g, decay, eta, t)
    assert len(costs) == STEPS
    head = {"name": name, "problem": problem_name, "eta": eta, "lambda": lambda_, "optimiser": optimiser}
    return {**head, "costs": costs, "parameters": parameters.tolist()}


def check_gradient(problem):
    """Sees to it that the recorded gradient is that of the cost, by central differences."""
    x, y = next(mini_batches(problem))
    parameters = np.array(problem["parameters"], FLOAT)
    h = 1e-5
    for k, nudge in enumerate(np.eye(len(parameters)) * h):
        difference = mean_cost(problem, parameters + nudge, x, y) - mean_cost(problem, parameters - nudge, x, y)
        assert abs(difference / (2 * h) - problem["gradient"][k]) < 1e-8, f"gradient {k}"


def make_all():
    problems = {name: make_problem(20 + k, *what) for k, (name, what) in enumerate(PROBLEMS.items())}
    return {"problems": problems, "runs": [make_run(name, problems, *what) for name, what in RUNS.items()]}


def differences(here, there, path=""):
    """Where two values differ: numbers by more than 1e-10 of themselves or of one, all else at all."""
    if isinstance(here, dict) and isinstance(there, dict) and list(here) == list(there):
        return [d for key in here for d in differences(here[key], there[key], f"{path}/{key}")]
    if isinstance(here, list) and isinstance(there, list) and len(here) == len(there):
        return [d for k, (a, b) in enumerate(zip(here, there)) for d in differences(a, b, f"{path}/{k}")]
    if type(here) is type(there) is float:
        return [] if abs(here - there) <= 1e-10 * max(1, abs(here)) else [f"{path}: computed {here}, recorded {there}"]
    return [] if type(here) is type(there) and here == there else [f"{path}: computed {here}, recorded {there}"]


def text(value, indent=""):
    """JSON with one line for each field."""
    if isinstance(value, dict) and any(isinstance(v, (dict, list)) for v in value.values()):
        inner = indent + "  "
        fields = [f"{inner}{json.dumps(key)}: {text(v, inner)}" for key, v in value.items()]
        return "{\n" + ",\n".join(fields) + f"\n{indent}}}"
    if isinstance(value, list) and value and isinstance(value[0], dict):
        inner = indent + "  "
        return "[\n" + ",\n".join(inner + text(v, inner) for v in value) + f"\n{indent}]"
    return json.dumps(value)


def main():
    made = make_all()
    for problem in made["problems"].values():
        check_gradient(problem)
    if sys.argv[1:] == ["--check"]:
        with open(PATH, encoding="utf-8") as file:
            found = differences(made, json.load(file))
        for line in found[:10]:
            print(line)
        print(f"golden.json is {'what this script computes' if not found else f'another in {len(found)} places'}")
        return 1 if found else 0
    if sys.argv[1:]:
        sys.exit(__doc__)
    with open(PATH, "w", encoding="utf-8") as file:
        file.write(text(made) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
