"""MP4 videos: their boxes fit the file, and their first and last pictures decode."""

from io import BytesIO
from typing import Any, Final

import av
from av.error import FFmpegError

from services.evidence.adapters.screening.bounds import PIXELS, bomb, broken, cut_off
from shared.kernel.refusals import Refused

_CODECS: Final = {"h264", "hevc", "mpeg4", "vp9", "av1", "mjpeg", "h263"}
_HEAD: Final = 8
_LARGE: Final = 16


def video_at_fault(content: bytes) -> Refused | None:
    """What is wrong with a video; None when its first and last pictures decode."""
    if found := _boxes_at_fault(content):
        return found
    try:
        with av.open(BytesIO(content), format="mp4", options={"enable_drefs": "0"}) as container:
            return _judged(container)
    except (FFmpegError, ValueError, OverflowError) as error:
        return broken(error)


def _judged(container: Any) -> Refused | None:
    if not container.streams.video:
        return broken("it has no moving picture")
    stream = container.streams.video[0]
    if stream.codec_context.name.removeprefix("lib").split("-")[0] not in _CODECS | {"dav1d", "aom"}:
        return broken(f"its pictures are coded as {stream.codec_context.name}")
    if stream.width * stream.height > PIXELS:
        return bomb(f"its pictures have {stream.width} x {stream.height} pixels; {PIXELS} are allowed")
    stream.thread_type, stream.thread_count = "NONE", 1
    first = next(container.decode(stream), None)
    if first is None:
        return broken("no picture of it can be decoded")
    if stream.duration:
        container.seek(stream.duration, stream=stream)
        if not any(True for _ in container.decode(stream)):
            return cut_off("its last picture cannot be decoded")
    return None


def _boxes_at_fault(content: bytes) -> Refused | None:
    at, kinds = 0, set()
    while at + _HEAD <= len(content):
        length, kind = int.from_bytes(content[at : at + 4]), content[at + 4 : at + 8]
        if length == 1:
            length = int.from_bytes(content[at + _HEAD : at + _LARGE])
        elif length == 0:
            length = len(content) - at
        if length < _HEAD or not kind.isalnum():
            return broken(f"at byte {at} no box begins")
        kinds.add(kind)
        at += length
    if at > len(content):
        return cut_off(f"it has {len(content)} bytes of {at}")
    if not {b"moov", b"mdat"} <= kinds:
        return cut_off("it lacks its index or its pictures")
    return None
