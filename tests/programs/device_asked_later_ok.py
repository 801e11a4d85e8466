"""Whether the device is an accelerator is asked of the device, after things were placed there."""
import torch

device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
on_cpu = device == torch.device("cpu")


def doubled(rows):
    out = rows.to(device) * 2
    if device.type != "cpu":
        out = out.cpu()
    return out.numpy()


def halved(rows):
    out = rows.to(device) / 2
    if device.type == "cpu":
        return out.numpy()
    return out.cpu().numpy()


print(doubled(torch.ones(2)), on_cpu)
print(halved(torch.ones(2)))
