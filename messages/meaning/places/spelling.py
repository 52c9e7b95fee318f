"""One spelling for names that people write in several ways, so that they can be looked up."""

from messages.meaning.folding import words


def joined(plain: str) -> str:
    """A folded name as it is looked up: without blanks, and i for y ("quang an" and "quangan", "Mĩ Tho" and "Mỹ Tho").

    Names that differ only so ("Tài", "Tây") fall together; whoever looks up compares the words.
    """
    return plain.replace(" ", "").replace("y", "i")


def key(name: str) -> str:
    """The same of a name with accents and capitals: "Ea H'Leo" gives "eahleo"."""
    return joined("".join(word.plain for word in words(name)))
