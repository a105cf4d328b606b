"""What the Python peers share: the protocol loop, the reader of IDX files, the first weights, the order of
samples, the cost that is reported, and the name of the BLAS at work. It is no trainer: each peer brings its own
training step, as fast as that library allows. Called by numpy_peer.py, torch_peer.py and sklearn_peer.py;
bench/race takes all but the protocol loop.

Protocol: one JSON object per line on standard input, one answer per line on standard output, nothing else there.
    {"command":"prepare","data":DIR,"layers":[784,30,10],"batch":10,"hidden":"sigmoid","output":"sigmoid",
     "cost":"quadratic","eta":3,"seed":1,"threads":1,"samples":50000}, and where one is wanted
     "optimiser":{"name":"adam","beta1":0.9,"beta2":0.999,"epsilon":1e-8} (networks.ts)
        -> {"event":"ready","peer":…,"version":…,"blas":…,"threads":…,"differs":…} or {"event":"unavailable","reason":…}
    {"command":"run","seconds":1} -> {"event":"ran","samples":…,"seconds":…,"cost":…,"costBefore":…,"costAfter":…,
                                                             "peakMegabytes":…}
    {"command":"quit"}            -> ends the process
A failure is answered as {"event":"failed","reason":…}, and the process ends with 1.

Shapes: B rows of a mini-batch, I inputs and O outputs of a layer, L layers of weights.
"""

import ctypes
import gzip
import importlib.util
import json
import math
import os
import struct
import sys
import time

# Answers go to a private copy of standard output; whatever a library prints ends up on standard error.
_answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
os.dup2(2, 1)


def answer(**fields):
    _answers.write(json.dumps(fields) + "\n")
    _answers.flush()


def start_again(**environment):
    """Runs this program anew with more environment variables: some libraries read them only when they are loaded."""
    os.dup2(_answers.fileno(), 1)
    os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, **environment})


def require(module, package):
    """Answers the first request with `unavailable` and ends, if `module` cannot be imported."""
    if importlib.util.find_spec(module) is None:
        sys.stdin.readline()
        answer(event="unavailable", reason=f"{package} is not installed (apt-get install {package})")
        sys.exit(0)


require("numpy", "python3-numpy")
import numpy as np  # noqa: E402  (only after its absence has been ruled out)

COST_SAMPLES = 1000  # the reported cost is the mean over the first 1,000 training samples, outside the timed part


def read_idx(folder, name):
    """The bytes of one IDX file (http://yann.lecun.com/exdb/mnist: magic, sizes, bytes), plain or gzipped."""
    path = os.path.join(folder, name)
    opener, path = (open, path) if os.path.exists(path) else (gzip.open, path + ".gz")
    with opener(path, "rb") as file:
        content = file.read()
    dimensions = content[3]
    if content[:3] != b"\0\0\x08":
        raise ValueError(f"{path} is not an IDX file of bytes")
    shape = struct.unpack(f">{dimensions}I", content[4 : 4 + 4 * dimensions])
    return np.frombuffer(content, np.uint8, offset=4 + 4 * dimensions).reshape(shape)


def read_training_set(folder, samples):
    """Images [samples, 784] float32 in [0, 1], and labels [samples] int64."""
    images = read_idx(folder, "train-images-idx3-ubyte")[:samples]
    labels = read_idx(folder, "train-labels-idx1-ubyte")[:samples]
    if len(images) < samples:
        raise ValueError(f"{folder} holds {len(images)} training samples, not {samples}")
    return images.reshape(samples, -1).astype(np.float32) / np.float32(255), labels.astype(np.int64)


def one_hot(labels):
    return np.eye(10, dtype=np.float32)[labels]


def first_weights(layers, rng):
    """One [O, I] float32 matrix per layer from N(0, 1) / sqrt(I); biases start at zero everywhere."""
    return [
        rng.standard_normal((o, i), dtype=np.float32) / np.float32(math.sqrt(i)) for i, o in zip(layers, layers[1:])
    ]


def mini_batches(samples, batch, rng):
    """Index arrays of at most `batch` samples, for ever; a new order in each epoch, the last one may be short."""
    while True:
        order = rng.permutation(samples)
        for begin in range(0, samples, batch):
            yield order[begin : begin + batch]


def mean_cost(request, weights, biases, x, labels):
    """The book's cost of the network `weights` [O, I], `biases` [O], averaged over the samples x [B, I]."""
    last = len(weights) - 1
    a = x
    for l, (w, b) in enumerate(zip(weights, biases)):
        z = a @ w.T + b
        if (request["hidden"] if l < last else request["output"]) == "sigmoid":
            a = 1 / (1 + np.exp(-z))
        elif l < last:
            a = np.maximum(z, 0)
        else:
            e = np.exp(z - z.max(1, keepdims=True))
            a = e / e.sum(1, keepdims=True)
    y = one_hot(labels)
    if request["cost"] == "quadratic":
        cost = ((y - a) ** 2).sum(1) / 2
    else:
        a = np.clip(a, 1e-7, 1 - 1e-7)
        cost = -(y * np.log(a)).sum(1)
        if request["cost"] == "cross-entropy":
            cost -= ((1 - y) * np.log(1 - a)).sum(1)
    return float(cost.mean())


def blas():
    """Name and thread count of the BLAS in this process, asked of the library itself. OpenBLAS answers under a
    name that depends on the build; for others the file's name has to do. Reads Linux's map of loaded files."""
    try:
        with open("/proc/self/maps", encoding="utf-8") as maps:
            files = sorted({line.split()[-1] for line in maps if ".so" in line})
    except OSError:
        return "unknown", None
    for path in files:
        name = os.path.basename(path).lower()
        if not any(word in name for word in ("blas", "mkl_rt", "blis")):
            continue
        library = ctypes.CDLL(path)
        for form in ("openblas_{}", "openblas_{}64_", "scipy_openblas_{}", "scipy_openblas_{}64_"):
            if hasattr(library, form.format("get_config")):
                config = getattr(library, form.format("get_config"))
                config.restype = ctypes.c_char_p
                words = config().decode().split()
                kind = getattr(library, form.format("get_parallel"))()
                parallel = {0: "sequential", 1: "pthreads", 2: "OpenMP"}.get(kind, "?")
                core = words[-2] if words[-1].startswith("MAX_THREADS") else words[-1]
                return f"{words[0]} {words[1]} ({core}, {parallel})", getattr(library, form.format("get_num_threads"))()
        if "mkl_rt" in name or "blis" in name:
            return os.path.basename(path), None
    return "unknown", None


def timed_steps(step, batches, seconds):
    """Whole steps for at least `seconds`: how many samples they took, and how long exactly."""
    clock = time.perf_counter
    samples = 0
    begin = clock()
    end = begin + seconds
    for index in batches:
        step(index)
        samples += len(index)
        if clock() >= end:
            break
    return samples, clock() - begin


def peak_megabytes():
    """The most memory that this process has had in use; None where there is no `resource`, as on Windows."""
    if importlib.util.find_spec("resource") is None:
        return None
    import resource

    unit = 2**20 if sys.platform == "darwin" else 2**10  # bytes there, KiB elsewhere
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def finite(value):
    """JSON has no word for NaN: a cost that is none is sent as null."""
    return value if math.isfinite(value) else None


def serve(peer, build):
    """Answers requests until `quit` or the end of input. `build(request, x, labels)` returns a trainer:
    `version`, `blas`, `threads`, `differs`, `batches` (endless), `step(index)`, `parameters()` -> weights [O, I], biases [O]."""
    trainer = None
    for line in sys.stdin:
        try:
            request = json.loads(line)
            command = request["command"]
            if command == "quit":
                return
            if command == "prepare":
                network = request
                x, labels = read_training_set(request["data"], request["samples"])
                trainer = build(request, x, labels)
                first = x[:COST_SAMPLES], labels[:COST_SAMPLES]
                cost = mean_cost(network, *trainer.parameters(), *first)
                answer(
                    event="ready",
                    peer=peer,
                    version=trainer.version,
                    blas=trainer.blas,
                    threads=trainer.threads,
                    differs=trainer.differs,
                )
            elif command == "run":
                before = cost
                samples, seconds = timed_steps(trainer.step, trainer.batches, request["seconds"])
                cost = mean_cost(network, *trainer.parameters(), *first)
                answer(
                    event="ran",
                    samples=samples,
                    seconds=seconds,
                    cost=finite(cost),
                    costBefore=finite(before),
                    costAfter=finite(cost),
                    peakMegabytes=peak_megabytes(),
                )
            else:
                raise ValueError(f"unknown command {command!r}: expected prepare, run or quit")
        except Exception as error:  # the parent must learn of every failure in one line
            answer(event="failed", reason=f"{type(error).__name__}: {error}")
            sys.exit(1)
