"""The languages we speak: one name for them everywhere, so that a third one is found by the type checker."""

from typing import Literal, get_args

Language = Literal["vi", "en"]

LANGUAGES: tuple[Language, ...] = get_args(Language)
