"""Documents to try things on: good ones, and ones made to harm."""

from __future__ import annotations

import io
import zipfile

import docx
from pypdf import PdfReader, PdfWriter
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

HEADING = "1. Relecture des ordonnances"
PARAGRAPH = (
    "Relisez chaque ordonnance avant de la signer, la source ouverte à côté. Cherchez d’abord les",
    "doses, puis les allergies du patient. Une dose recopiée de mémoire est une dose inven-",
    "tée.",
)


def pdf_document(pages: int = 1, *, scanned: bool = False) -> bytes:
    """A PDF of ``pages`` pages, with running heads, a heading, two paragraphs and a list."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, invariant=True)
    for page in range(1, pages + 1):
        if scanned:
            canvas.rect(100, 100, 300, 400, fill=1)
        else:
            _draw_page(canvas, page, pages)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _draw_page(canvas: Canvas, page: int, pages: int) -> None:
    canvas.setFont("Helvetica", 8)
    canvas.drawString(72, 790, "CHU fictif, protocole")
    canvas.drawString(72, 776, "version de travail")
    canvas.setFont("Helvetica-Bold", 16)
    canvas.drawString(72, 750, HEADING)
    canvas.setFont("Helvetica", 11)
    for number, line in enumerate(PARAGRAPH):
        canvas.drawString(72, 724 - 14 * number, line)
    canvas.drawString(
        72, 660, "Le second paragraphe parle de la lettre de sortie et de ses oublis."
    )
    canvas.drawString(72, 630, "• Vérifier le nom.")
    canvas.drawString(72, 616, "• Vérifier la date.")
    canvas.setFont("Helvetica", 8)
    canvas.drawString(72, 54, "Ne pas diffuser.")
    canvas.drawString(72, 40, f"CHU fictif, page {page} sur {pages}")


def encrypted_pdf(user_password: str) -> bytes:
    """A PDF under a password; an empty one lets anybody read."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf_document())))
    writer.encrypt(user_password, "propriétaire", algorithm="AES-256")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def word_document() -> bytes:
    """A DOCX with headings, a list and a table."""
    document = docx.Document()
    document.add_heading("Protocole de relecture", 0)
    document.add_heading("Avant de signer", 1)
    document.add_paragraph("Relisez la lettre avec la source.")
    document.add_paragraph("les doses", style="List Bullet")
    table = document.add_table(rows=1, cols=2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "Dose", "Unité"
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def word_bomb() -> bytes:
    """A DOCX of a few kilobytes that would unpack to 400 MB."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open("word/document.xml", "w", force_zip64=True) as part:
            for _ in range(400):
                part.write(b" " * 1_000_000)
        archive.writestr("[Content_Types].xml", "<x/>")
    return out.getvalue()


def nested_word(depth: int = 100_000) -> bytes:
    """A DOCX whose XML goes deeper than a program may call itself."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(word_document())) as good, zipfile.ZipFile(out, "w") as bad:
        for name in good.namelist():
            data = good.read(name)
            if name == "word/document.xml":
                data = data.replace(b"<w:body>", b"<w:body>" + b"<w:sdt>" * depth)
            bad.writestr(name, data)
    return out.getvalue()
