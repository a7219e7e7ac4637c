"""How does a drawing show itself? As a picture in a notebook, in one line on a terminal, and as the text it is."""

__all__ = ["SvgText"]


class SvgText(str):
    """The text of an SVG document: a ``str`` in all it does, but shown as the picture it is.

    Example:
        >>> drawn = SvgText("<svg/>")
        >>> drawn, drawn == "<svg/>", drawn + "\\n"
        (<SvgText of 6 characters>, True, '<svg/>\\n')
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return f"<SvgText of {len(self):,} characters>"

    def _repr_svg_(self) -> str:
        return str(self)
