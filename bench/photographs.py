"""Photographs that scikit-image, scikit-learn and matplotlib ship, and what people do to photographs."""

from collections.abc import Callable, Mapping
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw, ImageEnhance, ImageFilter

SOURCES: Final[Mapping[str, tuple[str, ...]]] = {
    "skimage/data": (
        "astronaut.png",
        "brick.png",
        "camera.png",
        "cell.png",
        "chelsea.png",
        "coffee.png",
        "coins.png",
        "grass.png",
        "gravel.png",
        "hubble_deep_field.jpg",
        "ihc.png",
        "moon.png",
        "motorcycle_left.png",
        "page.png",
        "retina.jpg",
        "rocket.jpg",
        "text.png",
    ),
    "sklearn/datasets/images": ("china.jpg", "flower.jpg"),
    "matplotlib/mpl-data/sample_data": ("grace_hopper.jpg",),
}
"""Of each motif one picture, none of which was published as blurred."""
A_STEP_ASIDE: Final = ("skimage/data", "motorcycle_right.png")
"""The second picture of a stereo pair: the same motif from a few centimetres aside."""

PHONE: Final = (3000, 2250)
"""The size of what phones make."""

Change = Callable[[Image.Image], Image.Image]


def photographs() -> Mapping[str, Image.Image]:
    """Every photograph by name, in colour."""
    return {name: photograph(folder, name) for folder, names in SOURCES.items() for name in names}


def photograph(folder: str, name: str) -> Image.Image:
    """One photograph. Raises ModuleNotFoundError where the package that ships it is not installed."""
    package, _, below = folder.partition("/")
    found = find_spec(package)
    if found is None or found.origin is None:
        raise ModuleNotFoundError(f"{package}, which ships photographs to measure on, is not installed")
    with Image.open(Path(found.origin).parent / below / name) as picture:
        return picture.convert("RGB")


def saved(picture: Image.Image, kind: str = "JPEG", quality: int = 92) -> bytes:
    """The picture as a file, without metadata."""
    content = BytesIO()
    picture.save(content, kind, quality=quality)
    return content.getvalue()


def blurred(thousandths: float) -> Change:
    """As an unfocused lens draws it: by a radius in thousandths of the longer side."""

    def change(picture: Image.Image) -> Image.Image:
        return picture.filter(ImageFilter.GaussianBlur(thousandths * max(picture.size) / 1000))

    return change


def exposed(factor: float) -> Change:
    """So many times brighter, cut off at white."""
    return lambda picture: ImageEnhance.Brightness(picture).enhance(factor)


def contrasted(factor: float) -> Change:
    return lambda picture: ImageEnhance.Contrast(picture).enhance(factor)


def cropped(percent: float) -> Change:
    """Without so much of it on each side."""

    def change(picture: Image.Image) -> Image.Image:
        width, height = picture.size
        off = percent / 100
        return picture.crop((int(width * off), int(height * off), int(width * (1 - off)), int(height * (1 - off))))

    return change


def scaled(factor: float) -> Change:
    return lambda picture: picture.resize((int(picture.width * factor), int(picture.height * factor)))


def turned(degrees: float) -> Change:
    return lambda picture: picture.rotate(degrees)


def mirrored(picture: Image.Image) -> Image.Image:
    return picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT)


def marked(picture: Image.Image) -> Image.Image:
    """With a white label over a twenty-fifth of it."""
    changed = picture.copy()
    width, height = changed.size
    ImageDraw.Draw(changed).rectangle((width * 0.6, height * 0.9, width, height), fill="white")
    return changed
