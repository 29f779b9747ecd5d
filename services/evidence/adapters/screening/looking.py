"""What a picture looks like in figures: how sharp, how bright, and a hash that survives saving it anew."""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

WORKING: Final = 1024
"""The longest side at which pictures are measured: what a screen shows of them."""
_TILES: Final = 8
_SHARPEST: Final = 0.9
_HASHED: Final = 32
_KEPT: Final = 8
_FLAT: Final = 4.0
"""Below this spread of grey values a picture shows nothing that a hash could be made of."""

Grey = NDArray[np.float32]


def _cosines() -> Grey:
    """The first rows of the discrete cosine transform, as a matrix."""
    of, at = np.arange(_KEPT)[:, None], np.arange(_HASHED)[None, :]
    return np.cos(np.pi * of * (2 * at + 1) / (2 * _HASHED)).astype(np.float32)


_COSINES: Final = _cosines()


def looked_at(picture: Image.Image) -> dict[str, Any]:
    """The figures of one picture, the way up that its metadata says."""
    grey = greyed(picture)
    values = np.asarray(grey, dtype=np.float32)
    spread = float(values.std())
    return {
        "sharpness": round(sharpness(values), 1),
        "brightness": round(float(values.mean()), 1),
        "contrast": round(spread, 1),
        "hashes": [perceptual_hash(grey)] if spread >= _FLAT else [],
    }


def greyed(picture: Image.Image) -> Image.Image:
    """Grey, upright, on white where it is transparent, and no larger than it is measured."""
    # A JPEG is decoded no finer than needed.
    picture.draft("L", (WORKING, WORKING))
    upright = ImageOps.exif_transpose(picture)
    if upright.has_transparency_data:
        seen_through = upright.convert("RGBA")
        white = Image.new("RGBA", seen_through.size, "white")
        upright = Image.alpha_composite(white, seen_through)
    grey = upright.convert("L")
    grey.thumbnail((WORKING, WORKING), Image.Resampling.BOX)
    return grey


def sharpness(values: Grey) -> float:
    """The variance of the Laplacian in the sharpest parts: what is meant to be seen is sharp, its background need not.

    Nine in ten of the parts are softer than the figure, so a speck of dust does not count.
    """
    if min(values.shape) < _TILES + 2:
        return 0.0
    inner = values[1:-1, 1:-1]
    laplacian = values[:-2, 1:-1] + values[2:, 1:-1] + values[1:-1, :-2] + values[1:-1, 2:] - 4 * inner
    height, width = (side // _TILES for side in laplacian.shape)
    tiles = laplacian[: height * _TILES, : width * _TILES].reshape(_TILES, height, _TILES, width)
    return float(np.quantile(tiles.var(axis=(1, 3)), _SHARPEST))


def perceptual_hash(grey: Image.Image) -> str:
    """64 bits in hexadecimal: which of the coarsest waves of a picture are stronger than the median.

    Saving anew, scaling and slight changes of colour alter few bits; turning, mirroring and much cropping alter many.
    """
    small = np.asarray(grey.resize((_HASHED, _HASHED), Image.Resampling.BOX), dtype=np.float32)
    waves = (_COSINES @ small @ _COSINES.T).ravel()
    bits = waves > np.median(waves[1:])
    return np.packbits(bits).tobytes().hex()
