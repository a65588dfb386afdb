"""Documents and their files in several languages."""

import strawberry

import resolvers.catalogue.document
from graph.catalogue.course import Course
from graph.declaring.connection import Connection
from graph.declaring.declare import column, entity, link, listing, lookup, optional
from graph.declaring.extending import extends
from graph.declaring.node import Node
from graph.declaring.roots import Query
from graph.values.scalars import URL, Locale


@entity(resolvers.catalogue.document.DOCUMENT_LOCALIZATION, "File of a document in one language.")
class DocumentLocalization(Node):
    language: Locale = column("Language of the file.")
    title: str = column("Title in that language.")
    description: str | None = column("What it holds, in that language.")
    revision: int = column("Which version of the file it is, from 1.")
    file_url: URL = column("Where the file is.")
    document: "Document" = link(resolvers.catalogue.document.BY_ID, "Document to which it belongs.")


@entity(resolvers.catalogue.document.DOCUMENT, "Material to take along, for one or several courses.")
class Document(Node):
    title: str = column("Title of the document.")
    description: str | None = column("What it holds.")
    tags: list[str] = column("Words by which it is found.")
    is_public: bool = column("Whether it is there for everybody; else for the teams of its courses alone.")
    localizations: list[DocumentLocalization] = link(
        resolvers.catalogue.document.LOCALIZATIONS, "Its files, by language."
    )
    courses: list[Course] = link(
        resolvers.catalogue.document.COURSES,
        "Courses to which it belongs, as far as the viewer knows them, by title.",
    )


@strawberry.input(description="Which documents; several conditions must all hold.")
class DocumentFilter:
    course: strawberry.ID | None = optional("Those of this course, by its id.")
    tag: str | None = optional("Those that carry this tag.")
    language: Locale | None = optional("Those that are to be had in this language.")


@extends(Course)
class DocumentsOfCourse:
    documents: list[Document] = link(
        resolvers.catalogue.document.OF_COURSE, "Material to take along that the viewer may have, by title."
    )


@extends(Query)
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
