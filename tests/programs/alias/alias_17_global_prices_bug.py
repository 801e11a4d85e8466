"""
what: The update writes into the module's price table with out=, also under the tensor kept from
before.
"""
import numpy as np
import torch as t

PRICES = np.array([10.0, 20.0, 40.0])


def portfolio_value(amounts, prices):
    return float(t.dot(amounts, prices))


def apply_returns(returns):
    """Move all prices by one day."""
    np.multiply(PRICES, 1 + np.asarray(returns), out=PRICES)  # BUG-ALT: alias-mutation


def main():
    amounts = t.tensor([1.0, 1.0, 1.0], dtype=t.float64)
    yesterday = t.from_numpy(PRICES)  # BUG: alias-mutation
    apply_returns([0.5, 0.0, 0.25])
    today = t.from_numpy(PRICES)
    return portfolio_value(amounts, today) - portfolio_value(amounts, yesterday)


profit = main()
assert profit == 15.0, profit
