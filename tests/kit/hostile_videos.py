"""MP4 videos that are cut off, hollow or something else."""

from collections.abc import Iterator
from io import BytesIO

import av
from PIL import Image

from tests.kit.hostile import BROKEN, CUT, KIND, LIES, TWO, Hostile
from tests.kit.hostile_pictures import an_archive


def a_video(frames: int = 12) -> bytes:
    """A short video."""
    saved = BytesIO()
    with av.open(saved, "w", format="mp4") as container:
        stream = container.add_stream("mpeg4", rate=12)
        stream.width, stream.height, stream.pix_fmt = 96, 64, "yuv420p"
        for number in range(frames):
            picture = Image.new("RGB", (96, 64), (number * 20, 90, 200 - number * 10))
            frame = av.VideoFrame.from_image(picture)  # type: ignore[no-untyped-call]
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return saved.getvalue()


def _sound_only() -> bytes:
    saved = BytesIO()
    with av.open(saved, "w", format="mp4") as container:
        stream = container.add_stream("aac", rate=8000)
        frame = av.AudioFrame(format="fltp", layout="mono", samples=1024)
        for plane in frame.planes:
            plane.update(bytes(plane.buffer_size))
        frame.sample_rate = 8000
        container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return saved.getvalue()


def files() -> Iterator[Hostile]:
    """Every hostile video."""
    whole = a_video()
    yield Hostile("cut off in the middle", "a.mp4", whole[: len(whole) // 2], CUT)
    yield Hostile("cut off at its end", "b.mp4", whole[:-40], CUT)
    yield Hostile("nothing but a start", "c.mp4", whole[:32], CUT)
    yield Hostile("no index", "d.mp4", whole[: whole.index(b"moov") - 4], CUT)
    wiped = whole.index(b"mdat") + 4
    hollow = whole[:wiped] + b"\xff" * (whole.index(b"moov") - 4 - wiped) + whole[whole.index(b"moov") - 4 :]
    yield Hostile("pictures wiped out", "e.mp4", hollow, BROKEN)
    yield Hostile("sound only", "f.mp4", _sound_only(), BROKEN)
    yield Hostile("bytes after it", "g.mp4", whole + b"\0\0\0\x02junk" * 20, BROKEN)
    yield Hostile("an archive after it", "h.mp4", whole + an_archive(), TWO)
    yield Hostile("a picture of another kind of the same family", "i.mp4", whole[:8] + b"heic" + whole[12:], KIND)
    yield Hostile("video called text", "j.txt", whole, LIES)
