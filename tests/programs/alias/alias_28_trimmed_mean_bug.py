"""
what: The metric sorts its argument's memory through an array view, so predictions lose their order.
"""
import torch


def trimmed_mean(values: torch.Tensor, cut: int = 1) -> float:
    """Mean without the `cut` smallest and largest values."""
    ordered = values.numpy()  # BUG-ALT: alias-foreign
    ordered.sort()  # BUG: alias-foreign
    return float(ordered[cut:-cut].mean())


def evaluate(model, inputs, targets):
    with torch.inference_mode():
        predictions = model(inputs)
    spread = trimmed_mean(predictions)
    errors = (predictions - targets).abs()
    return {"trimmed": spread, "worst": errors.max().item()}


inputs = torch.tensor([3.0, 1.0, 4.0, 1.5, 9.0])
report = evaluate(lambda x: x * 2, inputs, targets=inputs * 2)
assert round(report["trimmed"], 4) == 5.6667
assert report["worst"] == 0.0, report
