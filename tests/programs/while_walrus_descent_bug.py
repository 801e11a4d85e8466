"""A while loop binds the loss by walrus and appends the tensor itself; np.array over the list
meets autograd.
"""

import numpy as np
import torch


def rosenbrock(point):
    x, y = point
    return (1 - x) ** 2 + 100 * (y - x**2) ** 2


class Descent:
    def __init__(self, start, lr):
        self.point = torch.tensor(start, requires_grad=True)
        self.optimizer = torch.optim.Adam([self.point], lr=lr)

    def closure(self):
        self.optimizer.zero_grad()
        value = rosenbrock(self.point)
        value.backward()
        self.optimizer.step()
        return value

    def minimize(self, tolerance, limit=50):
        path = []
        while (value := self.closure()) > tolerance and len(path) < limit:
            path.append(value)
        return path


descent = Descent([-1.0, 1.5], lr=0.1)
path = descent.minimize(tolerance=1e-3)
curve = np.array(path)  # BUG: raise-grad
assert curve.ndim == 1 and len(curve) > 3
assert np.isfinite(curve).all()
