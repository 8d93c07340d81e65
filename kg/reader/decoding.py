"""The bytes of one input as text: lines or pieces with their numbers, whatever the encoding and line ends."""

import codecs
import io
import re
from collections.abc import Callable, Iterable, Iterator
from typing import BinaryIO, Final, Literal

MAX_RECORD: Final = 5 * 1024 * 1024
"""The longest line or record that is read, in bytes; a longer one is told and skipped."""
_PIECE: Final = 1 << 16
_TOO_LONG: Final = f"longer than {MAX_RECORD >> 20} MB"

Kind = Literal["skipped", "warning"]
Tell = Callable[[int | None, str, Kind, bool], None]


class Source:
    """One opened input. Numbers of lines begin at 1; `line` is the last one reached.

    Text is UTF-8 (with or without a byte order mark) or UTF-16/32 with one. Bytes of a line that are none of
    it are read as Windows-1252, with a warning for that line.
    """

    def __init__(self, name: str, stream: BinaryIO, tell: Tell) -> None:
        self.name = name
        self.line = 0
        self._stream = stream
        self._tell = tell

    def skip(self, line: int | None, reason: str) -> None:
        """Tell that what begins on `line` is lost (None: the whole file)."""
        self._tell(line, reason, "skipped", True)

    def warn(self, line: int | None, reason: str, *, grave: bool = False) -> None:
        """Tell something about `line` that loses no record."""
        self._tell(line, reason, "warning", grave)

    def iter_raw_lines(self) -> Iterator[tuple[int, bytes]]:
        """(number, bytes without the line end) of each line; lines beyond MAX_RECORD are told and left out."""
        readline = self._stream.readline
        while raw := readline(MAX_RECORD + 1):
            self.line += 1
            if self.line == 1:
                raw = raw.removeprefix(codecs.BOM_UTF8)
            if len(raw) > MAX_RECORD:
                ended = raw.endswith(b"\n")
                while not ended and (rest := readline(_PIECE)):
                    ended = rest.endswith(b"\n")
                self.skip(self.line, f"a line {_TOO_LONG}")
                continue
            yield self.line, raw.rstrip(b"\r\n")

    def iter_lines(self) -> Iterator[tuple[int, str]]:
        """(number, text without the line end) of each line."""
        for number, raw in self.iter_raw_lines():
            yield number, self.decode(number, raw)

    def iter_pieces(self) -> Iterator[tuple[int, str]]:
        """(number of its line, text) of pieces that make up the whole: lines with their end, or parts of long ones."""
        carry = b""
        fresh = True
        while (raw := self._stream.readline(_PIECE)) or carry:
            self.line += fresh
            fresh = raw.endswith(b"\n")
            whole = carry + (raw if self.line > 1 else raw.removeprefix(codecs.BOM_UTF8))
            cut = len(whole) if fresh or not raw else _cut_before_partial(whole)
            whole, carry = whole[:cut], whole[cut:]
            yield self.line, self.decode(self.line, whole).replace("\r\n", "\n")

    def decode(self, line: int, raw: bytes) -> str:
        """The text of bytes on that line."""
        try:
            return raw.decode()
        except UnicodeDecodeError as error:
            self.warn(line, f"byte 0x{raw[error.start]:02X} is no UTF-8: read as Windows-1252", grave=True)
            return raw.decode("utf-8", _CP1252)


_CP1252: Final = "abstract-kg.windows-1252"


def _read_as_cp1252(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error(_CP1252, _read_as_cp1252)


def _cut_before_partial(raw: bytes) -> int:
    """Where to cut so that no UTF-8 sequence is torn: before a lead byte among the last three, if there is one."""
    for back in range(1, min(4, len(raw)) + 1):
        byte = raw[-back]
        if byte < 0x80:
            break
        if byte >= 0xC0:
            return len(raw) - back
    return len(raw)


class PulledStream(io.RawIOBase):
    """A readable stream over an iterable of byte strings."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # narrower than Buffer
        while not self._rest:
            chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self._rest = memoryview(chunk)
        size = min(len(buffer), len(self._rest))
        buffer[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size


_WIDE: Final = ((codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"))
_WIDE_16: Final = ((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def wide_encoding(head: bytes) -> str | None:
    """The encoding that a byte order mark of UTF-16 or UTF-32 tells; None without one."""
    return next((name for mark, name in _WIDE + _WIDE_16 if head.startswith(mark)), None)


_NATIONAL: Final = re.compile(r"iso8859-\d+|cp125\d|koi8-\w|gb\w+|big5\w*|shift_jis\w*|euc_\w+|mac-roman")
_DECLARED: Final = re.compile(rb"""\s*<\?xml[^>]{0,100}encoding\s*=\s*["']([\w.-]{1,40})["']""")


def _declared_encoding(head: bytes) -> str | None:
    """The encoding that an XML declaration names, where it is one of the national ones."""
    declared = _DECLARED.match(head)
    if declared is None:
        return None
    try:
        name = codecs.lookup(declared[1].decode("ascii", "replace")).name
    except LookupError:
        return None
    return name if _NATIONAL.fullmatch(name) else None


def as_utf8(stream: BinaryIO, head: bytes) -> BinaryIO:
    """The stream, which begins with `head`, in UTF-8 (or what claims to be) and with line ends that hold a LF."""
    if encoding := wide_encoding(head) or _declared_encoding(head):
        return io.BufferedReader(PulledStream(_iter_transcoded(stream, encoding)), _PIECE)
    if b"\r" in head and b"\n" not in head:
        swapped = (chunk.replace(b"\r", b"\n") for chunk in iter(lambda: stream.read(_PIECE), b""))
        return io.BufferedReader(PulledStream(swapped), _PIECE)
    return stream


def _iter_transcoded(stream: BinaryIO, encoding: str) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    while chunk := stream.read(_PIECE):
        yield decoder.decode(chunk).encode("utf-8", "replace")
    yield decoder.decode(b"", final=True).encode("utf-8", "replace")
