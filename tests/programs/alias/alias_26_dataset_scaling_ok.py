"""
what: The bytes are cast to float before they are scaled in place, the stored image stays as it is.
"""
import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset


class Faces(Dataset):
    def __init__(self, count: int, size: int = 4):
        self.images = np.full((count, size, size), 255, dtype=np.uint8)
        self.labels = list(range(count))

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, index):
        image = torch.from_numpy(self.images[index]).float()
        image.div_(255)
        return image, self.labels[index]


loader = DataLoader(Faces(4), batch_size=2)
epochs = []
for _ in range(2):
    brightness = [images.mean().item() for images, _ in loader]
    epochs.append(sum(brightness) / len(brightness))
assert epochs[0] == 1.0
assert epochs[1] == 1.0, epochs
