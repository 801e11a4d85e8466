"""Functions of other libraries that read media as tensors on the CPU without grad, or change it.

They are not among what the tables are generated from, as the libraries are not installed there.
"""

from __future__ import annotations

_FUNCTIONAL = ("torchvision.transforms.functional.", "torchvision.transforms.v2.functional.")

#: What each gives: "tensor", or the parts of a tuple, of which all but tensors are "other".
READING: dict[str, tuple[str, ...]] = {
    "torchaudio.load": ("tensor", "other"),
    "torchaudio.functional.melscale_fbanks": ("tensor",),
    "torchvision.io.read_file": ("tensor",),
    "torchvision.io.read_image": ("tensor",),
    "torchvision.io.decode_image": ("tensor",),
    "torchvision.io.decode_png": ("tensor",),
    "torchvision.io.decode_jpeg": ("tensor",),
    "torchvision.io.decode_webp": ("tensor",),
    "torchvision.io.decode_gif": ("tensor",),
    "torchvision.io.encode_png": ("tensor",),
    "torchvision.io.encode_jpeg": ("tensor",),
    "torchvision.io.read_video": ("tensor", "tensor", "other"),
    **{
        f"{prefix}{name}": ("tensor",)
        for prefix in _FUNCTIONAL
        for name in ("to_tensor", "pil_to_tensor")
    },
}
#: With this option they may give something on another device.
DEVICE_OPTION = "device"

#: Classes whose instances do what the function does.
CALLABLE = {
    "torchvision.transforms.ToTensor": "torchvision.transforms.functional.to_tensor",
    "torchvision.transforms.PILToTensor": "torchvision.transforms.functional.pil_to_tensor",
}

#: They give something of the kind that they are given: an image for an image, and for a tensor one
#: that is computed from it.
KEEPING = frozenset(
    {
        "torchaudio.functional.resample",
        "torchaudio.functional.gain",
        *(
            f"{prefix}{name}"
            for prefix in _FUNCTIONAL
            for name in (
                "normalize", "resize", "crop", "center_crop", "resized_crop", "hflip", "vflip",
                "pad", "rotate", "affine", "perspective", "gaussian_blur", "adjust_brightness",
                "adjust_contrast", "adjust_saturation", "adjust_hue", "adjust_gamma",
                "adjust_sharpness", "rgb_to_grayscale", "invert", "erase", "autocontrast",
                "equalize",
            )
        ),
    }
)  # fmt: skip
