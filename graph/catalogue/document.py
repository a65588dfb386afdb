"""Documents and their files in several languages."""

from typing import TYPE_CHECKING, Annotated

import strawberry

import resolvers.catalogue.document
from graph.declaring.connection import Connection
from graph.declaring.declare import column, entity, link, listing, lookup, optional
from graph.declaring.node import Node
from graph.values.scalars import URL, Locale

if TYPE_CHECKING:
    from graph.catalogue.course import Course

CourseRef = Annotated["Course", strawberry.lazy("graph.catalogue.course")]


@entity(resolvers.catalogue.document.DOCUMENT_LOCALIZATION, "File of a document in one language.")
class DocumentLocalization(Node):
    language: Locale = column("Language of the file.")
    title: str = column("Title in that language.")
    description: str | None = column("What it holds, in that language.")
    revision: int = column("Which version of the file it is, from 1.")
    file_url: URL = column("Where the file is.")
    document: Annotated["Document", strawberry.lazy("graph.catalogue.document")] = link(
        resolvers.catalogue.document.BY_ID, "Document to which it belongs."
    )


@entity(resolvers.catalogue.document.DOCUMENT, "Material to take along, for one or several courses.")
class Document(Node):
    title: str = column("Title of the document.")
    description: str | None = column("What it holds.")
    tags: list[str] = column("Words by which it is found.")
    is_public: bool = column("Whether it is there for everybody; else for the teams of its courses alone.")
    localizations: list[DocumentLocalization] = link(
        resolvers.catalogue.document.LOCALIZATIONS, "Its files, by language."
    )
    courses: list[CourseRef] = link(
        resolvers.catalogue.document.COURSES,
        "Courses to which it belongs, as far as the viewer knows them, by title.",
    )


@strawberry.input(description="Which documents; several conditions must all hold.")
class DocumentFilter:
    course: strawberry.ID | None = optional("Those of this course, by its id.")
    tag: str | None = optional("Those that carry this tag.")
    language: Locale | None = optional("Those that are to be had in this language.")


@strawberry.type
class DocumentQuery:
    document: Document | None = lookup(
        resolvers.catalogue.document.DOCUMENT,
        "One document; null where there is none.",
        id="Id of the document.",
    )
    documents: Connection[Document] = listing(
        resolvers.catalogue.document.ALL,
        "Documents that the viewer may know, by title.",
        filter=DocumentFilter,
    )
