"""The window's part of `shockplan selftest`: it opens, paints and closes, without a screen."""

import os


def see_window() -> str:
    """Open the window offscreen, paint it, close it; gives a short sentence of what was seen."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6 import __version__
    from PySide6.QtWidgets import QApplication

    from ui.window import make_window

    app = QApplication.instance() or QApplication(["shockplan"])
    assert isinstance(app, QApplication)
    window = make_window(app)
    try:
        window.words.switch("lo")
        window.show()
        app.processEvents()
        picture = window.grab().toImage()
        across, down = range(0, picture.width(), 8), range(0, picture.height(), 8)
        colours = {picture.pixel(x, y) for x in across for y in down}
    finally:
        window.close()
    if len(colours) < 5:
        raise RuntimeError(f"the window stayed blank: {len(colours)} colours")
    page = see_page()
    return f"{picture.width()} x {picture.height()} pixels painted with PySide6 {__version__}; {page}"


def see_page() -> str:
    """A page of a PDF as the print preview shows it."""
    from io import BytesIO

    from reportlab.pdfgen.canvas import Canvas

    from ui.session.previewing import page_image

    made = BytesIO()
    canvas = Canvas(made, pagesize=(144, 72), invariant=1)
    canvas.rect(36, 18, 72, 36, fill=1)
    canvas.save()
    image = page_image(made.getvalue(), 0, 72)
    return f"a page of {image.width} x {image.height} pixels previewed"
