"""scikit-learn in the race: MLPClassifier, fed by partial_fit in blocks of about 1,000 samples, within which its own loop cuts the
mini-batches (sklearn_peer.py says why). Protocol in race.py. It has no dropout, starts from weights of its own (Glorot), and knows
no rate that falls; so the rate of its optimiser is set before each block.
"""

import warnings

import common
import race

common.require("sklearn", "python3-sklearn")
import numpy as np  # noqa: E402
import sklearn  # noqa: E402
from sklearn.neural_network import MLPClassifier  # noqa: E402

SAMPLES_PER_CALL = 1000


class Trainer:
    def __init__(self, recipe, x, labels, rng):
        self.x, self.labels, self.batch = x, labels, recipe["batch"]
        self.model = MLPClassifier(
            hidden_layer_sizes=recipe["layers"][1:-1],
            activation="relu",
            solver="adam" if recipe["optimiser"] == "adam" else "sgd",
            alpha=recipe["lambda"] * self.batch / len(x),  # its decay is per mini-batch
            batch_size=self.batch,
            learning_rate_init=recipe["eta"],
            momentum=race.MU if recipe["optimiser"] == "nesterov" else 0,
            nesterovs_momentum=recipe["optimiser"] == "nesterov",
            shuffle=False,  # the rows come in shuffled order already
            random_state=recipe["seed"],
        )

    def train(self, order, etas):
        steps = max(1, round(SAMPLES_PER_CALL / self.batch))
        for k in range(0, len(etas), steps):
            index = order[k * self.batch : (k + steps) * self.batch]
            if hasattr(self.model, "_optimizer"):
                self.model._optimizer.learning_rate = self.model._optimizer.learning_rate_init = etas[k]
            self.model.partial_fit(self.x[index], self.labels[index], classes=np.arange(10))

    def classes(self, x):
        return self.model.predict(x)


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    sklearn.set_config(assume_finite=True)
    race.race(f"scikit-learn {sklearn.__version__}", Trainer)
