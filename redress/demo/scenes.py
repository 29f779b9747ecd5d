"""Rendered scenes that pass for photographs: a celadon teapot, whole or cracked, and the parcel it came in."""

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont

Grid = NDArray[Any]
WIDTH, HEIGHT, FOCAL = 1024, 768, 1056.0
CELADON = np.array([0.60, 0.73, 0.61], np.float32)
LIGHT = np.array([-0.48, 0.74, 0.47], np.float32)
Point = Any


class View(NamedTuple):
    """Where the camera stands: degrees round the scene and above the table, distance, and the height it looks at."""

    azimuth: float
    elevation: float
    distance: float
    height: float = 0.75

    def frame(self) -> tuple[Grid, Grid]:
        """The eye, and the camera's right, up and forward as rows."""
        turn, rise = math.radians(self.azimuth), math.radians(self.elevation)
        back = np.array([math.sin(turn) * math.cos(rise), math.sin(rise), math.cos(turn) * math.cos(rise)])
        right = np.array([math.cos(turn), 0, -math.sin(turn)])
        axes = np.stack([right, np.cross(back, right), -back])
        return (back * self.distance + [0, self.height, 0]).astype(np.float32), axes.astype(np.float32)

    def project(self, point: Any) -> tuple[float, float]:
        """The pixel that shows a point of the scene."""
        eye, axes = self.frame()
        x, y, depth = axes @ (np.asarray(point) - eye)
        return float(WIDTH / 2 + FOCAL * x / depth), float(HEIGHT / 2 - FOCAL * y / depth)

    def rays(self, box: tuple[int, int, int, int], step: int = 1) -> Grid:
        """The directions through the pixels of a box, not normalised."""
        xs, ys = np.meshgrid(np.arange(box[0], box[2], step), np.arange(box[1], box[3], step))
        flat = np.stack([(xs - WIDTH / 2) / FOCAL, (HEIGHT / 2 - ys) / FOCAL, np.ones(xs.shape)], -1)
        return flat.astype(np.float32) @ self.frame()[1]


def _spout(t: float) -> Any:
    return np.array([0.75 + 0.85 * t, 0.5 + 0.3 * t + 0.5 * t**3, 0])


def _bead(t: float) -> float:
    return float(0.27 - 0.17 * t**0.7)


def _teapot() -> list[tuple[Point, Point]]:
    """Centres and radii of ellipsoids; spout and handle are beads so close that they look like one piece."""
    parts: list[tuple[Point, Point]] = [((0, 0.08, 0), (0.62, 0.1, 0.62)), ((0, 0.74, 0), (1.0, 0.7, 1.0))]
    parts += [((0, 1.34, 0), (0.56, 0.16, 0.56)), ((0, 1.47, 0), (0.1, 0.1, 0.1)), ((0, 1.58, 0), (0.14, 0.11, 0.14))]
    for t in np.linspace(0, 1, 110):
        parts.append((_spout(t), (_bead(t), _bead(t), _bead(t))))
    for angle in np.linspace(math.radians(62), math.radians(298), 300):
        parts.append(((-0.92 + 0.55 * math.cos(angle), 0.8 + 0.48 * math.sin(angle), 0), (0.085, 0.085, 0.1)))
    return parts


def _cloud(seed: int, cells: int) -> Grid:
    """Smooth noise over the picture, between -1 and 1."""
    rough = np.random.default_rng(seed).uniform(0, 255, (cells * 3 // 4, cells)).astype(np.uint8)
    smooth = Image.fromarray(rough).resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC)
    return np.asarray(smooth, np.float32) / 127.5 - 1


def _table(view: View, casting: list[tuple[Point, Point]], seed: int) -> Grid:
    """Wall, wooden table and the soft shadows upon it, worked out coarsely because they are soft."""
    eye, _ = view.frame()
    rays = view.rays((0, 0, WIDTH, HEIGHT), 3)
    down = np.minimum(rays[..., 1], -1e-3)
    at = eye + rays * (-eye[1] / down)[..., None]
    shadow = np.ones(down.shape, np.float32)
    for centre, radii in casting:
        start, toward = ((at - centre) / radii).astype(np.float32), (LIGHT / radii).astype(np.float32)
        along = -(start @ toward) / (toward @ toward)
        miss = np.sqrt(((start + along[..., None] * toward) ** 2).sum(-1))
        shadow *= 1 - 0.5 * np.clip((1.35 - miss) / 0.7, 0, 1) * (along > 0)
    shadow = np.maximum(shadow, 0.22)
    grain = np.sin(at[..., 2] * 9 + np.sin(at[..., 0] * 1.3 + seed) * 2.2 + np.sin(at[..., 0] * 5) * 0.3)
    fine = np.sin(at[..., 2] * 61 + at[..., 0] * 2 + 3 * grain)
    planks = 1 - 0.25 * (np.abs((at[..., 2] + 40) % 1.9 - 0.95) > 0.935)
    glow = np.clip(1.12 - 0.07 * np.hypot(at[..., 0] + 1.2, at[..., 2] - 0.6), 0.25, 1.2)
    wood = np.array([0.47, 0.31, 0.19]) * ((1 + 0.10 * grain + 0.04 * fine) * planks * glow * shadow)[..., None]
    wall = np.array([0.70, 0.68, 0.64]) * (0.72 - 0.5 * rays[..., :1] * view.frame()[1][0][0] + 0.3 * rays[..., 1:2])
    table_ends = np.clip((9 - np.linalg.norm(at - eye, axis=-1)) * 3, 0, 1)[..., None] * (rays[..., 1:2] < -1e-3)
    coarse = np.clip((wood * table_ends + wall * (1 - table_ends)) * 255, 0, 255).astype(np.uint8)
    return np.asarray(Image.fromarray(coarse).resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC), np.float32) / 255


def _glaze(normal: Grid, ray: Grid, cloud: Grid) -> Grid:
    """Celadon under a window on the left and a dim room: diffuse light, glaze pooling, and a mirrored window."""
    facing = -(normal * ray).sum(-1)
    mirrored = ray + 2 * facing[..., None] * normal
    diffuse = np.clip((normal @ LIGHT + 0.25) / 1.25, 0, 1)
    bounce = np.clip(-normal[..., 1], 0, 1)[..., None] * np.array([0.20, 0.13, 0.08])
    across, up = mirrored[..., 0] + 0.62, mirrored[..., 1] - 0.66
    pane = np.clip((0.15 - np.abs(across)) * 40, 0, 1) * np.clip((0.17 - np.abs(up)) * 40, 0, 1)
    bars = np.clip((np.minimum(np.abs(across), np.abs(up)) - 0.012) * 120, 0, 1)
    fresnel = 0.05 + 0.5 * np.clip(1 - facing, 0, 1) ** 4
    room = np.clip(0.35 + 0.5 * mirrored[..., 1], 0.1, 0.9) * fresnel
    sheen = 0.25 * np.clip(mirrored @ LIGHT, 0, 1) ** 24
    body = CELADON * (0.16 + 0.80 * diffuse * (1 + 0.07 * cloud))[..., None] + bounce
    return np.asarray(body + (room + sheen + 0.62 * pane * bars)[..., None], np.float32)


def _paint_teapot(view: View, picture: Grid, seed: int) -> None:
    eye, axes = view.frame()
    depth = np.full((HEIGHT, WIDTH), np.inf, np.float32)
    cloud = _cloud(seed, 28)
    for centre, radii in _teapot():
        x, y = view.project(centre)
        reach = 1.25 * max(radii) * FOCAL / max(0.5, float(axes[2] @ (np.asarray(centre) - eye)) - max(radii))
        left, top = max(0, int(x - reach)), max(0, int(y - reach))
        right, bottom = min(WIDTH, int(x + reach)), min(HEIGHT, int(y + reach))
        if left >= right or top >= bottom:
            continue
        ray = view.rays((left, top, right, bottom))
        start, toward = ((eye - centre) / radii).astype(np.float32), ray / np.asarray(radii, np.float32)
        a, b = (toward**2).sum(-1), toward @ start
        under = b * b - a * (start @ start - 1)
        near = (-b - np.sqrt(np.maximum(under, 0))) / a
        seen = (under > 0) & (near < depth[top:bottom, left:right])
        normal = (start + near[..., None] * toward)[seen] / np.asarray(radii, np.float32)
        normal /= np.linalg.norm(normal, axis=-1, keepdims=True)
        unit = ray[seen] / np.linalg.norm(ray[seen], axis=-1, keepdims=True)
        depth[top:bottom, left:right][seen] = near[seen]
        picture[top:bottom, left:right][seen] = _glaze(normal, unit, cloud[top:bottom, left:right][seen])


def _crack(view: View, seed: int) -> Grid:
    """How dark the crack is per pixel: jagged lines over body and spout, where they face the eye."""
    drawn = Image.new("L", (WIDTH, HEIGHT))
    pen, eye, dice = ImageDraw.Draw(drawn), view.frame()[0], np.random.default_rng(seed)
    starts = [(0.42, 1.0, 0.012, 46, 5)]
    while starts:
        turn, rise, drift, length, width = starts.pop()
        before = None
        for step in range(length):
            turn, rise = turn + drift + dice.normal(0, 0.022), rise - 0.026 + dice.normal(0, 0.012)
            normal = np.array([math.sin(turn) * math.cos(rise), math.sin(rise), math.cos(turn) * math.cos(rise)])
            point = normal * [1.002, 0.702, 1.002] + [0, 0.74, 0]
            pixel = view.project(point) if (eye - point) @ (normal / [1, 0.7, 1]) > 0.1 else None
            if before and pixel:
                pen.line([before, pixel], 255, max(1, round(width * (1 - 0.7 * step / length))))
            before = pixel
            if width > 3 and step % 9 == 6:
                starts.append((turn, rise, float(dice.choice([-0.035, 0.04])), 16, 3))
    along, phis = np.linspace(0.96, 0.1, 64), 0.7 + np.cumsum(dice.normal(0.008, 0.06, 64))
    sides = np.stack([-0.4 * np.cos(phis), 0.9 * np.cos(phis), np.sin(phis)], -1)
    spout = [_spout(t) + side * (_bead(t) + 0.003) for t, side in zip(along, sides, strict=True)]
    pen.line([view.project(point) for point in spout], 255, 4)
    return np.asarray(drawn.filter(ImageFilter.GaussianBlur(0.9)), np.float32)[..., None] / 255


def _paint_parcel(view: View, picture: Grid, seed: int, *, crushed: bool) -> Grid:
    image = Image.fromarray(np.uint8(np.clip(picture * 255, 0, 255)))
    faces = [
        ("front", [(-1, 1, 1), (1, 1, 1), (1, -1, 1), (-1, -1, 1)], 0.74),
        ("side", [(1, 1, 1), (1, 1, -1), (1, -1, -1), (1, -1, 1)], 0.52),
        ("top", [(-1, 1, -1), (1, 1, -1), (1, 1, 1), (-1, 1, 1)], 1.0),
    ]
    for number, (face, corners, light) in enumerate(faces):
        flat = _cardboard(face, light, seed + number, crushed=crushed)
        quad = [view.project((x * 1.25, 0.7 + y * 0.7, z * 0.95)) for x, y, z in corners]
        spots = [(0, 0), (flat.width, 0), (flat.width, flat.height), (0, flat.height)]
        rows = [
            row
            for (x, y), (u, v) in zip(quad, spots, strict=True)
            for row in ([x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y])
        ]
        warp = np.linalg.solve(np.array(rows), np.array(spots, float).ravel())
        bent = flat.transform(image.size, Image.Transform.PERSPECTIVE, warp.tolist(), Image.Resampling.BICUBIC)
        mask = Image.new("L", image.size)
        ImageDraw.Draw(mask).polygon(quad, 255)
        image.paste(bent, mask=mask)
    if crushed:
        dent = view.project((0.93, 0.98, 0.68))
        hinges = [view.project(point) for point in ((0.5, 1.4, 0.95), (1.25, 1.4, 0.2), (1.25, 0.62, 0.95))]
        pen = ImageDraw.Draw(image)
        for start, end, tone in zip(hinges, hinges[1:] + hinges[:1], ("#8a6440", "#4f3822", "#6b4d30"), strict=True):
            pen.polygon([start, end, dent], tone)
            pen.line([start, end], "#c89c6c", 4)
        pen.line([hinges[0], dent, hinges[1]], "#3a2817", 4)
        pen.line([hinges[2], dent], "#b98d60", 4)
    return np.asarray(image, np.float32) / 255


def _cardboard(face: str, light: float, seed: int, *, crushed: bool) -> Image.Image:
    """One side of the box laid flat: fluting, tape and, on the front, the label."""
    wide, high = 1000, 560
    dice = np.random.default_rng(seed)
    flutes = 1 + 0.025 * np.sin(np.arange(wide) * 0.9) + dice.normal(0, 0.02, (high, wide))
    shade = np.linspace(1.06, 0.9, high)[:, None] * flutes * light
    flat = Image.fromarray(np.uint8(np.clip(shade[..., None] * [184, 140, 94], 0, 255)))
    pen = ImageDraw.Draw(flat, "RGBA")
    if face == "top":
        pen.rectangle((0, 240, wide, 320), (222, 200, 150, 120))
        pen.line((0, 280, wide, 280), (70, 48, 28, 200), 3)
    if face == "front":
        pen.rectangle((460, 0, 540, 90), (222, 200, 150, 120))
        tone = tuple(int(c * light * 1.15) for c in (240, 238, 230))
        pen.rectangle((90, 150, 520, 460), tone)
        pen.text((110, 165), "FRAGILE", (190, 30, 25), ImageFont.load_default(76))
        pen.text((112, 262), "CERAMIC - THIS SIDE UP", (40, 40, 40), ImageFont.load_default(32))
        for x in range(112, 500, 6):
            pen.rectangle((x, 320, x + int(dice.integers(1, 5)), 420), (25, 25, 25))
        for x in (740, 830):
            pen.polygon([(x, 380), (x + 34, 430), (x - 34, 430)], (60, 40, 25))
            pen.rectangle((x - 11, 430, x + 11, 490), (60, 40, 25))
    if crushed:
        for _ in range(9):
            left, top = (
                wide - dice.exponential(130),
                dice.exponential(90) if face != "top" else high - dice.exponential(90),
            )
            end = (left + dice.normal(0, 130), top + dice.normal(0, 60))
            pen.line([(left, top), end], (45, 28, 14, 150), int(dice.integers(3, 8)))
            pen.line([(left + 4, top + 5), (end[0] + 4, end[1] + 5)], (232, 196, 150, 110), 3)
    return flat.filter(ImageFilter.GaussianBlur(0.8))


def photograph(subject: str, view: View, seed: int) -> Image.Image:
    """A `teapot`, a `cracked teapot`, a `parcel` or a `crushed parcel`, as a small camera in a dim room saw it."""
    parcel = subject.endswith("parcel")
    boxes: list[tuple[Point, Point]] = [((x, 0.7, 0), (0.75, 0.8, 1.0)) for x in (-0.55, 0.55)]
    casting = boxes if parcel else [*_teapot()[:5], *_teapot()[5:115:9], *_teapot()[115::24]]
    picture = _table(view, casting, seed).copy()
    if parcel:
        picture = _paint_parcel(view, picture, seed, crushed=subject.startswith("crushed"))
    else:
        _paint_teapot(view, picture, seed)
    if subject.startswith("cracked"):
        # the edge towards the light glints, which makes a line read as a gap
        crack = _crack(view, seed)
        picture += 0.16 * np.roll(crack, (3, 3), (0, 1)) * (1 - crack)
        picture = picture * (1 - 0.86 * crack) + np.array([0.10, 0.07, 0.05]) * 0.86 * crack
    lens = Image.fromarray(np.uint8(np.clip(picture * 255, 0, 255))).filter(ImageFilter.GaussianBlur(1.1))
    ys = np.linspace(-0.75, 0.75, HEIGHT, dtype=np.float32)[:, None]
    xs = np.linspace(-1, 1, WIDTH, dtype=np.float32)
    dice = np.random.default_rng(seed + 1)
    noise = dice.standard_normal((HEIGHT, WIDTH, 3), np.float32) * 2
    noise += dice.standard_normal((HEIGHT, WIDTH, 1), np.float32) * 3.4
    exposed = np.asarray(lens, np.float32) * (1 - 0.22 * (xs**2 + ys**2))[..., None] + noise
    return Image.fromarray(np.uint8(np.clip(exposed, 0, 255)))
