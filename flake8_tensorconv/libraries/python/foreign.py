"""What Python's and other libraries' calls give that arrays are made of: bytes, texts, images."""

from __future__ import annotations

import ast

from flake8_tensorconv.contents.elements import known_elements
from flake8_tensorconv.engine.imports import note_framework
from flake8_tensorconv.engine.run import Run
from flake8_tensorconv.knowledge.importing import IMPORTING
from flake8_tensorconv.lattice.arguments import Arguments
from flake8_tensorconv.lattice.joins import join_all
from flake8_tensorconv.lattice.objects import Kind, Object
from flake8_tensorconv.lattice.values import (
    OBJECT,
    STRING,
    UNKNOWN,
    Array,
    Many,
    Plain,
    Symbol,
    Tuple,
    Value,
    value,
)

#: What an image of Pillow is, and an open file.
IMAGE = "PIL.Image.Image"
FILE = "io.IOBase"
#: What `collections.namedtuple` makes.
NAMED_TUPLE = "collections.namedtuple"

_IMAGES = {"PIL.Image.open", "PIL.Image.new", "PIL.Image.fromarray", "PIL.Image.merge",
           "PIL.Image.blend", "PIL.Image.composite", "PIL.ImageOps.exif_transpose",
           "PIL.ImageOps.mirror", "PIL.ImageOps.flip", "PIL.ImageOps.grayscale"}  # fmt: skip
_IMAGE_METHODS = {"convert", "resize", "crop", "rotate", "transpose", "copy", "filter", "quantize",
                  "transform", "point", "reduce", "__enter__"}  # fmt: skip
_FILES = {"builtins.open", "gzip.open", "bz2.open", "lzma.open", "io.BytesIO", "io.open"}
_BYTES = {"struct.pack", "base64.b64decode", "zlib.decompress", "zlib.compress",
          "gzip.decompress", "bz2.decompress", "lzma.decompress", "os.urandom",
          "pickle.dumps"}  # fmt: skip
_ARRAYS = {"cv2.imread", "cv2.imdecode", "cv2.cvtColor", "cv2.resize", "cv2.flip", "cv2.rotate",
           "cv2.GaussianBlur", "cv2.warpAffine", "cv2.copyMakeBorder", "skimage.io.imread",
           "skimage.transform.resize", "scipy.ndimage.zoom"}  # fmt: skip
_READING = {"read", "readline", "getvalue", "read1"}


def call_foreign(run: Run, dotted: str, args: Arguments, node: ast.Call) -> Value | None:
    """What a function of another library gives back; None if nothing is known of it."""
    if dotted in _IMAGES:
        return value(Plain(IMAGE))
    if dotted in _FILES:
        return value(Plain(FILE))
    if dotted in _BYTES:
        return STRING
    if dotted in _ARRAYS:
        return value(Array(storages=run.fresh(node)))
    if dotted in IMPORTING:
        return _imported(run, args)
    if dotted == "csv.reader":
        return value(Many(value(Many(STRING))))
    if dotted == NAMED_TUPLE:
        return _named_tuple(run, args, node)
    return None


def _imported(run: Run, args: Arguments) -> Value | None:
    name = args.value(0, "modname", "name")
    if name is None or len(name.alternatives) != 1 or not name.constants:
        return None
    dotted = str(name.constants[0].value)
    note_framework(run, dotted)
    return value(Symbol(dotted))


def call_foreign_method(what: str, name: str) -> Value | None:
    """What a method of an image or file gives back; None if nothing is known of it."""
    if what == IMAGE:
        return value(Plain(IMAGE)) if name in _IMAGE_METHODS else OBJECT
    if what == FILE:
        return STRING if name in _READING else OBJECT
    return None


def _named_tuple(run: Run, args: Arguments, node: ast.Call) -> Value:
    fields = args.value(1, "field_names") or UNKNOWN
    parts = known_elements(run, fields) or [fields]
    texts = [str(constant.value) for part in parts for constant in part.constants]
    names = " ".join(texts).replace(",", " ").split()
    held = {"names": value(Tuple((), tuple(names)))}
    return run.allocate(node, Object(Kind.INSTANCE, NAMED_TUPLE, dict(held)))


def make_named_tuple(held: Object, args: Arguments) -> Value:
    """What calling a named tuple's class gives back."""
    only = held.items["names"].alternatives[0]
    names = only.names if isinstance(only, Tuple) else ()
    if not names:
        return UNKNOWN
    rest = join_all(part for part in (args.more, args.more_keywords) if part is not None)
    items = [args.value(place, name) or rest or UNKNOWN for place, name in enumerate(names)]
    return value(Tuple(tuple(items), names))
