"""The field of a form that takes a file."""

from typing import Any

from flask import request
from wtforms import FileField, ValidationError

from webapp.files.accept import ACCEPTED
from webapp.files.words import missing


class FileBox(FileField):
    """One file, required unless told otherwise. ``data`` is what came, None if nothing did."""

    data: Any  # a FileStorage, None if nothing came

    def __init__(self, label: Any = None, *, required: bool = True, **given: Any) -> None:
        super().__init__(label, **given)
        self.required = required
        self.accept = ACCEPTED

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Files do not come with the fields."""
        came = request.files.get(self.name)
        self.data = came if came is not None and came.filename else None

    def pre_validate(self, form: Any) -> None:
        """Nothing chosen is a fault where a file is required."""
        if self.required and self.data is None:
            raise ValidationError(missing())
