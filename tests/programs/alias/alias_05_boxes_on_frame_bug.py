"""
what: Boxes are drawn onto the frame for the preview while the detector's input still lives in it.
"""
import numpy as np
import torch

Box = tuple[int, int, int, int]


def draw_box(image: np.ndarray, box: Box, value: int = 255) -> None:
    """Paint the outline of a box."""
    top, left, bottom, right = box
    image[top, left:right] = value
    image[bottom - 1, left:right] = value
    image[top:bottom, left] = value
    image[top:bottom, right - 1] = value


def brightness(pixels: torch.Tensor) -> float:
    return pixels.float().mean().item()


def annotate(frame: np.ndarray, boxes: list[Box]):
    pixels = torch.from_numpy(frame)  # BUG: alias-mutation
    preview = frame
    for box in boxes:
        draw_box(preview, box)  # BUG-ALT: alias-mutation
    return preview, brightness(pixels)


frame = np.full((8, 8), 10, dtype=np.uint8)
preview, level = annotate(frame, [(0, 0, 4, 4), (2, 2, 8, 8)])
assert preview.max() == 255
assert level == 10.0, level
