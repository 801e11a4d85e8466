"""
what: The parameter lives in the array of starting values, so the distance travelled is always zero.
"""
import numpy as np
import torch


def minimise(start: np.ndarray, centre: torch.Tensor, steps: int = 20):
    """Gradient descent towards a centre."""
    point = torch.nn.Parameter(torch.from_numpy(start))  # BUG: alias-mutation
    optimizer = torch.optim.SGD([point], lr=0.1)
    for _ in range(steps):
        optimizer.zero_grad()
        loss = (point - centre).square().sum()
        loss.backward()
        optimizer.step()  # BUG-ALT: alias-mutation
    return point.detach()


start = np.array([3.0, -4.0])
end = minimise(start, torch.zeros(2, dtype=torch.float64))
travelled = float(np.linalg.norm(end.numpy() - start))
assert end.norm() < 0.1
assert travelled > 4.0, travelled
