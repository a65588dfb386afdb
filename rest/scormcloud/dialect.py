"""Dialect of SCORM Cloud's API v2: sort orders in queries, `more` tokens, errors, xAPI statements."""

from collections.abc import Mapping
from typing import Any, ClassVar

from rest.dialect import Dialect
from rest.errors import MESSAGE, ErrorForm
from rest.query import QueryToken
from rest.scormcloud.statement import statement
from rest.shapes import Conversions


class ScormCloudDialect(Dialect):
    """Rules of the API's description and of the client rustici-software-cloud-v2 5.0.0 (SCORM Cloud)."""

    escapes_slashes: ClassVar[bool] = True
    drops_blank: ClassVar[bool] = True
    security: ClassVar[Mapping[str, Any]] = {
        "APP_NORMAL": {"type": "http", "scheme": "basic"},
        "OAUTH": {"type": "http", "scheme": "bearer"},
    }
    errors: ClassVar[Mapping[str, ErrorForm]] = {
        "": ErrorForm(
            {"message": MESSAGE},
            statuses={422: 400},
            headers={401: {"WWW-Authenticate": 'Basic realm="SCORM Cloud"'}},
        )
    }
    token: ClassVar[QueryToken | None] = QueryToken(
        "more", cursor="cursor", later={"includeTotalCount": "false"}
    )
    conversions: ClassVar[Conversions] = {"xapiStatement": statement}
