"""Course documents and their files in several languages."""

import strawberry

import resolvers.catalogue.document
from graph.catalogue.course import Course
from graph.declaring.connection import Connection
from graph.declaring.declare import column, entity, link, listing, lookup, optional
from graph.declaring.extending import extends
from graph.declaring.node import Node
from graph.declaring.roots import Query
from graph.values.scalars import URL, Locale


@entity(resolvers.catalogue.document.DOCUMENT_LOCALIZATION, "File of a course document in one language.")
class DocumentLocalization(Node):
    language: Locale = column("Language of the file.")
    title: str = column("Title in the language of the file.")
    description: str | None = column("Description of the content, in the language of the file.")
    revision: int = column("Version number of the file, from 1.")
    file_url: URL = column("URL of the file.")
    document: "Document" = link(resolvers.catalogue.document.BY_ID, "Course document of the file.")


@entity(resolvers.catalogue.document.DOCUMENT, "Course document: material for one or more courses.")
class Document(Node):
    title: str = column("Title of the course document.")
    description: str | None = column("Description of the course document's content.")
    tags: list[str] = column("Tags for finding the course document.")
    is_public: bool = column(
        "Whether the course document is visible to every viewer; if false, only to the teams of its courses."
    )
    localizations: list[DocumentLocalization] = link(
        resolvers.catalogue.document.LOCALIZATIONS, "Files of the course document, sorted by language."
    )
    courses: list[Course] = link(
        resolvers.catalogue.document.COURSES,
        "Courses of the course document that are visible to the viewer, sorted by title.",
    )


@strawberry.input(description="Filter for course documents; conditions are combined with AND.")
class DocumentFilter:
    course: strawberry.ID | None = optional("Only course documents of this course, by id.")
    tag: str | None = optional("Only course documents with this tag.")
    language: Locale | None = optional("Only course documents with a file in this language.")


@extends(Course)
class DocumentsOfCourse:
    documents: list[Document] = link(
        resolvers.catalogue.document.OF_COURSE, "Course documents visible to the viewer, sorted by title."
    )


@extends(Query)
class DocumentQuery:
    document: Document | None = lookup(
        resolvers.catalogue.document.DOCUMENT,
        "Course document by id; null if it is not visible to the viewer.",
        id="Id of the course document.",
    )
    documents: Connection[Document] = listing(
        resolvers.catalogue.document.ALL,
        "Course documents visible to the viewer, sorted by title.",
        filter=DocumentFilter,
    )
