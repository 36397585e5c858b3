"""What a decoder says about a broken file, turned into a refusal that names the file."""

import errno
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from shared.domain.errors import Refused

# Decoders of foreign formats answer a broken file with almost any of these.
FAULTS: tuple[type[Exception], ...] = (ArithmeticError, AttributeError, EOFError, LookupError)
FAULTS += (NotImplementedError,)  # what a decoder raises for a variant of its format that it doesn't read
FAULTS += (OSError, RuntimeError, SyntaxError, TypeError, ValueError, UserWarning, struct.error, zlib.error)
FAULTS += (zipfile.BadZipFile,)


@contextmanager
def about(name: str) -> Iterator[None]:
    """Everything refused inside names the file; a fault of a decoder is a refusal too."""
    import pikepdf  # read when a file comes: no other request needs the decoders
    from PIL import Image

    decoders: tuple[type[Exception], ...] = (*FAULTS, pikepdf.exceptions.PikepdfError)
    try:
        yield
    except Refused as refused:
        raise Refused(refused.code, **{**refused.facts, "name": name}) from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Refused("file_bomb", name=name) from None
    except pikepdf.PasswordError:
        raise Refused("file_locked", name=name) from None
    except decoders as fault:
        # An error number is our own disk's; only a jump before the file's start comes from the file.
        if isinstance(fault, OSError) and fault.errno not in (None, errno.EINVAL):
            raise
        raise Refused("file_broken", name=name) from None
