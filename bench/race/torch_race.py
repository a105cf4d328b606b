"""PyTorch in the race: the step of torch_peer.py, gradient by hand, with momentum, Adam, dropout and L2. Protocol in race.py.

PyTorch's threads spin while they wait, and take the cores from an OpenBLAS that brings threads of its own (torch_peer.py has the
figures); so they shall sleep. That is said after NumPy is loaded: an OpenBLAS that shares PyTorch's threads has read it by then.
"""

import os

import common  # loads NumPy, and with it the BLAS
import race

common.require("torch", "python3-torch")
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
import torch  # noqa: E402

aten = torch.ops.aten


class Trainer:
    def __init__(self, recipe, x, labels, rng):
        self.recipe, self.t = recipe, 0
        torch.manual_seed(recipe["seed"])
        self.x, self.y = torch.from_numpy(x), torch.from_numpy(common.one_hot(labels))
        self.w = [torch.from_numpy(w) for w in race.he_weights(recipe["layers"], rng)]
        self.b = [torch.zeros(len(w)) for w in self.w]
        self.states = {id(p): (torch.zeros_like(p), torch.zeros_like(p), torch.empty_like(p)) for p in [*self.w, *self.b]}
        self.gradients = [torch.empty_like(w) for w in self.w]
        self.update = {"sgd": self.sgd, "nesterov": self.nesterov, "adam": self.adam}[recipe["optimiser"]]
        self.decay = recipe["lambda"] / len(x)

    def sgd(self, w, g, eta):
        w.add_(g, alpha=-eta)

    def nesterov(self, w, g, eta):  # v ← μ v - η ∇C; w ← w + μ v - η ∇C
        v = self.states[id(w)][0]
        v.mul_(race.MU).add_(g, alpha=-eta)
        w.add_(v, alpha=race.MU).add_(g, alpha=-eta)

    def adam(self, w, g, eta):
        v, r, spare = self.states[id(w)]
        scale, epsilon = race.adam_step(eta, self.t)
        v.lerp_(g, 1 - race.BETA1)
        r.mul_(race.BETA2).addcmul_(g, g, value=1 - race.BETA2)
        w.addcdiv_(v, torch.sqrt(r, out=spare).add_(epsilon), value=-scale)

    def forward(self, x, dropout):
        """a^l of each layer; the last one before the softmax."""
        a = [x]
        for l, (w, b) in enumerate(zip(self.w, self.b)):
            z = torch.addmm(b, a[l], w.t())
            if l < len(self.w) - 1:
                z.relu_()
                if dropout:
                    z.mul_(torch.empty_like(z).bernoulli_(1 - dropout).mul_(1 / (1 - dropout)))
            a.append(z)
        return a

    def step(self, index, eta):
        self.t += 1
        dropout = self.recipe["dropout"]
        a = self.forward(self.x.index_select(0, index), dropout)
        d = torch.softmax(a[-1], 1).sub_(self.y.index_select(0, index)).mul_(1 / len(index))  # BP1
        for l in range(len(self.w) - 1, -1, -1):
            w, error = self.w[l], d
            if l:  # BP2: before w changes; what was left out is 0 in a, so the slope of ReLU leaves it out here too
                d = torch.mm(error, w)
                aten.threshold_backward(d, a[l], 0, grad_input=d)
                if dropout:
                    d.mul_(1 / (1 - dropout))
            if self.decay and self.update == self.sgd:
                w.mul_(1 - eta * self.decay)
            if self.update == self.sgd:
                w.addmm_(error.t(), a[l], alpha=-eta)  # BP4 and the update at once
            else:
                g = torch.mm(error.t(), a[l], out=self.gradients[l])  # BP4
                self.update(w, g.add_(w, alpha=self.decay) if self.decay else g, eta)
            self.update(self.b[l], error.sum(0), eta)  # BP3

    def train(self, order, etas):
        for index, eta in zip(torch.from_numpy(order).split(self.recipe["batch"]), etas):
            self.step(index, eta)

    def classes(self, x):
        return self.forward(torch.from_numpy(x), 0)[-1].argmax(1).numpy()


if __name__ == "__main__":
    torch.set_flush_denormal(True)  # before the first thread starts: moments of pixels that are rarely lit decay to denormals
    with torch.inference_mode():  # no record for autograd, no version counters
        race.race(f"PyTorch {torch.__version__}", Trainer)
