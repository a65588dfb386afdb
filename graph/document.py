"""Documents and their files in several languages."""

from typing import TYPE_CHECKING, Annotated

import strawberry

import resolvers
from graph.connection import Connection
from graph.declare import column, entity, link, listing, lookup, optional
from graph.node import Node
from graph.scalars import URL, Locale

if TYPE_CHECKING:
    from graph.course import Course

CourseRef = Annotated["Course", strawberry.lazy("graph.course")]


@entity(resolvers.document.DOCUMENT_LOCALIZATION, "File of a document in one language.")
class DocumentLocalization(Node):
    language: Locale = column("Language of the file.")
    title: str = column("Title in that language.")
    description: str | None = column("What it holds, in that language.")
    revision: int = column("Which version of the file it is, from 1.")
    file_url: URL = column("Where the file is.")
    document: Annotated["Document", strawberry.lazy("graph.document")] = link(
        resolvers.document.BY_ID, "Document to which it belongs."
    )


@entity(resolvers.document.DOCUMENT, "Material to take along, for one or several courses.")
class Document(Node):
    title: str = column("Title of the document.")
    description: str | None = column("What it holds.")
    tags: list[str] = column("Words by which it is found.")
    is_public: bool = column("Whether it is there for everybody; else for the teams of its courses alone.")
    localizations: list[DocumentLocalization] = link(
        resolvers.document.LOCALIZATIONS, "Its files, by language."
    )
    courses: list[CourseRef] = link(
        resolvers.document.COURSES, "Courses to which it belongs, as far as the viewer knows them, by title."
    )


@strawberry.input(description="Which documents; several conditions must all hold.")
class DocumentFilter:
    course: strawberry.ID | None = optional("Those of this course, by its id.")
    tag: str | None = optional("Those that carry this tag.")
    language: Locale | None = optional("Those that are to be had in this language.")


@strawberry.type
class DocumentQuery:
    document: Document | None = lookup(
        resolvers.document.DOCUMENT, "One document; null where there is none.", id="Id of the document."
    )
    documents: Connection[Document] = listing(
        resolvers.document.ALL, "Documents that the viewer may know, by title.", filter=DocumentFilter
    )
