"""What a decoder says about a broken file, turned into a refusal that names the file."""

import errno
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

import pikepdf
from PIL import Image

from shared.domain.errors import Refused

# Decoders of foreign formats answer a broken file with almost any of these.
FAULTS: tuple[type[Exception], ...] = (ArithmeticError, AttributeError, EOFError, LookupError, NotImplementedError)
FAULTS += (OSError, RuntimeError, SyntaxError, TypeError, ValueError, UserWarning, struct.error, zlib.error)
FAULTS += (zipfile.BadZipFile, pikepdf.exceptions.PikepdfError)
_BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning)


@contextmanager
def about(name: str) -> Iterator[None]:
    """Everything refused inside names the file; a fault of a decoder is a refusal too."""
    try:
        yield
    except Refused as refused:
        raise Refused(refused.code, **{**refused.facts, "name": name}) from None
    except _BOMBS:
        raise Refused("file_bomb", name=name) from None
    except pikepdf.PasswordError:
        raise Refused("file_locked", name=name) from None
    except FAULTS as fault:
        # An error number is our own disk's; only a jump before the file's start comes from the file.
        if isinstance(fault, OSError) and fault.errno not in (None, errno.EINVAL):
            raise
        raise Refused("file_broken", name=name) from None
