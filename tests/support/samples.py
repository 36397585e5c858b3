"""Made-up files such as people send: good, revealing, broken and hostile ones."""

import io
import struct
import wave
import zipfile
import zlib
from functools import lru_cache

import pikepdf
from PIL import ExifTags, Image, ImageCms, PngImagePlugin

import shared.cleaning.pictures  # noqa: F401 - registers the HEIC codec

XMP = '<x:xmpmeta xmlns:x="adobe:ns:meta/"><dc:creator>陈某</dc:creator><xmp:CreatorTool/></x:xmpmeta>'.encode()
SECRETS = (
    b"Testphone",
    b"X-9",
    b"Chen Mou",
    "陈某".encode(),
    b"GPS",
    b"2026:03:04",
    b"PaintTool",
    b"adobe:ns",
    b"app.alert",
)


def picture(width: int = 60, height: int = 40) -> Image.Image:
    """Red on the left, blue on the right, so that a turned copy shows."""
    image = Image.new("RGB", (width, height), "blue")
    image.paste("red", (0, 0, width // 2, height))
    return image


def revealing_exif(orientation: int = 1) -> Image.Exif:
    exif = Image.Exif()
    exif[ExifTags.Base.Make], exif[ExifTags.Base.Model] = "Testphone", "X-9"
    exif[ExifTags.Base.Artist], exif[ExifTags.Base.Software] = "Chen Mou", "PaintTool 1"
    exif[ExifTags.Base.Orientation] = orientation
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = "2026:03:04 05:06:07"
    place = {1: "N", 2: (25.0, 2.0, 3.0), 3: "E", 4: (102.0, 43.0, 1.0), 29: "2026:03:04"}
    exif.get_ifd(ExifTags.IFD.GPSInfo).update(place)
    return exif


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


@lru_cache
def jpeg(orientation: int = 1) -> bytes:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    exif = revealing_exif(orientation)
    return saved(picture(), "JPEG", exif=exif, xmp=XMP, icc_profile=profile, comment=b"Chen Mou", quality=95)


@lru_cache
def png() -> bytes:
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Author", "Chen Mou")
    texts.add_itxt("XML:com.adobe.xmp", XMP.decode())
    return saved(picture(), "PNG", pnginfo=texts, exif=revealing_exif())


@lru_cache
def webp() -> bytes:
    return saved(picture(), "WEBP", exif=revealing_exif(), xmp=XMP)


@lru_cache
def heic() -> bytes:
    return saved(picture(64, 48), "HEIF", exif=revealing_exif(), xmp=XMP)


@lru_cache
def gif() -> bytes:
    frames = [picture(), picture().rotate(180), picture()]
    return saved(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=70, comment=b"Chen Mou")


@lru_cache
def pdf(password: str = "") -> bytes:
    out = io.BytesIO()
    with pikepdf.new() as book:
        book.add_blank_page()
        photo = pikepdf.Stream(book, jpeg(), Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image)
        photo.write(jpeg(), filter=pikepdf.Name.DCTDecode)
        script = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
        book.pages[0].Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(AA=photo))
        book.pages[0].AA = pikepdf.Dictionary(O=script)
        note = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 9, 9], A=script)
        book.pages[0].Annots = [note, book.make_indirect(note)]
        book.Root.OpenAction = script
        book.docinfo.Author, book.docinfo.Producer = "Chen Mou", "PaintTool"
        book.Root.Metadata = book.make_stream(XMP)
        book.attachments["Chen Mou.txt"] = b"Chen Mou"
        names = pikepdf.Dictionary(JavaScript=pikepdf.Dictionary(Names=["x", script]))
        names.EmbeddedFiles = book.Root.Names.EmbeddedFiles
        book.Root.Names = names
        book.save(out, encryption=pikepdf.Encryption(owner="o", user=password) if password else False)
    return out.getvalue()


@lru_cache
def archive(*parts: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as packed:
        for name, data in parts:
            packed.writestr(name, data)
    return out.getvalue()


TYPES = ("[Content_Types].xml", b"<Types/>")
WORD = ("word/document.xml", '<w:p><w:ins w:author="陈某" w:date="2026"><w:t>正文</w:t></w:ins></w:p>'.encode())
EXCEL = ("xl/workbook.xml", '<workbook><x15ac:absPath url="C:\\Users\\陈某\\"/><sheets/></workbook>'.encode())


def docx(*more: tuple[str, bytes]) -> bytes:
    core = "<cp:coreProperties><dc:creator>陈某</dc:creator><dcterms:created>2026:03:04</dcterms:created>"
    properties = (("docProps/core.xml", core.encode()), ("docProps/app.xml", b"<Application>PaintTool</Application>"))
    return archive(TYPES, WORD, *properties, ("docProps/thumbnail.jpeg", jpeg()), ("word/media/1.jpeg", jpeg()), *more)


def docx_with_macro() -> bytes:
    return docx(("word/vbaProject.bin", b"macro"))


def xlsx() -> bytes:
    return archive(TYPES, EXCEL, ("xl/comments1.xml", "<author>陈某</author>".encode()))


def ofd() -> bytes:
    return archive(("OFD.xml", b"<ofd:OFD/>"), ("Doc_0/Document.xml", b"<ofd:Document/>"))


@lru_cache
def docx_bomb() -> bytes:
    """Two hundred kilobytes that unpack to two hundred megabytes."""
    return archive(TYPES, WORD, *((f"word/{n}.xml", bytes(70 * 1024 * 1024)) for n in range(3)))


def png_claiming(width: int, height: int) -> bytes:
    """A picture of black that its sender never had to draw."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes(1024 * 1024))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def wav() -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as sound:
        sound.setparams((1, 2, 8000, 0, "NONE", ""))
        sound.writeframes(bytes(1600))
    return out.getvalue()


def film(brand: bytes) -> bytes:
    """The beginning of an ISO media file of this brand."""
    return struct.pack(">I", 20) + b"ftyp" + brand + bytes(4) + brand + struct.pack(">I", 8) + b"mdat"


MP3 = b"ID3\x04" + bytes(40)
BARE_MP3 = b"\xff\xfb\x90\x64" + bytes(413)
AMR = b"#!AMR\n" + bytes(32)
HTML = b"<!doctype html><script>alert(1)</script>"
PROGRAM = b"MZ\x90\x00" + bytes(60)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'


def good() -> dict[str, tuple[str, bytes]]:
    """One of each kind that is taken in: kind → (name as sent, content)."""
    return {
        "jpeg": ("现场 照片.JPEG", jpeg()),
        "png": ("a.png", png()),
        "gif": ("a.gif", gif()),
        "webp": ("a.webp", webp()),
        "heic": ("IMG_1.HEIC", heic()),
        "pdf": ("a.pdf", pdf()),
        "docx": ("a.docx", docx()),
        "xlsx": ("a.xlsx", xlsx()),
        "ofd": ("a.ofd", ofd()),
        "txt": ("a.txt", "说明\r\n".encode("gb18030")),
        "mp3": ("a.mp3", MP3),
        "m4a": ("a.m4a", film(b"M4A ")),
        "wav": ("a.wav", wav()),
        "amr": ("a.amr", AMR),
        "mp4": ("a.mp4", film(b"isom")),
        "mov": ("a.mov", film(b"qt  ")),
    }


def bad() -> dict[str, tuple[str, str, bytes]]:
    """What must be refused: fact → (code, name as sent, content)."""
    return {
        "zero bytes": ("file_empty", "a.jpg", b""),
        "a page called picture": ("file_type", "a.jpg", HTML),
        "a program called picture": ("file_type", "a.jpg", PROGRAM),
        "a program called text": ("file_type", "a.txt", PROGRAM),
        "a drawing with script": ("file_type", "a.svg", SVG),
        "a plain archive": ("file_type", "a.docx", archive(("x.txt", b"x"))),
        "a file of one byte": ("file_type", "a", b"\xff"),
        "a document with macro": ("file_macro", "a.docx", docx_with_macro()),
        "a macro under another name": ("file_macro", "a.docx", macro_by_type()),
        "an archive bomb": ("file_bomb", "a.docx", docx_bomb()),
        "a crowd of parts": ("file_bomb", "a.docx", archive(TYPES, WORD, *((f"{n}", b"") for n in range(5000)))),
        "a picture bomb": ("file_bomb", "a.png", png_claiming(8200, 8200)),
        "a huge picture bomb": ("file_bomb", "a.png", png_claiming(30000, 30000)),
        "a cut picture": ("file_broken", "a.jpg", jpeg()[: len(jpeg()) // 2]),
        "a cut document": ("file_broken", "a.docx", docx()[:-60]),
        "a cut PDF": ("file_broken", "a.pdf", b"%PDF-1.7\n"),
        "a PDF under lock": ("file_locked", "a.pdf", pdf("secret")),
        "two parts of one name": ("file_broken", "a.docx", archive(TYPES, WORD, ("WORD/document.xml", b"<w:p/>"))),
    }


def macro_by_type() -> bytes:
    types = '<Override PartName="/word/x.bin" ContentType="application/vnd.ms-office.vbaProject"/>'.encode("utf-16")
    return archive((TYPES[0], types), WORD, ("word/x.bin", b"macro"))
