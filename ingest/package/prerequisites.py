"""Prerequisites of a package: clusters' apply to their activities, unreadable ones cause warnings."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from ingest.outline import ItemOutline, PackagedActivityOutline, SectionOutline
from ingest.package.outline import Child
from ingest.report import ReportBuilder
from resolvers.packages.prerequisite import MalformedScript, read_prerequisite


def with_prerequisites(
    children: list[Child], needs: Mapping[str, str], account: ReportBuilder
) -> list[Child]:
    """Return the same tree, each activity with the scripts that apply to it.

    `needs` are scripts by the names of activities and clusters, in lower case. A script that cannot be read,
    or that refers to a name outside of the tree, blocks nothing, and the report gets a warning.
    """
    names = {name.lower() for each in children for name in _names(each)}
    right: dict[str, str] = {}
    for name, script in needs.items():
        try:
            missing = read_prerequisite(script).names - names
        except MalformedScript as error:
            account.warn(script, f"is the prerequisite of {name!r}, but blocks nothing: {error}")
            continue
        if missing:
            account.warn(
                script, f"is the prerequisite of {name!r}, but blocks nothing: there is no {min(missing)!r}"
            )
        else:
            right[name] = script
    return [
        _section(each, right, {}) if isinstance(each, SectionOutline) else _item(each, right, {})
        for each in children
    ]


def _names(child: Child) -> Iterator[str]:
    if isinstance(child, SectionOutline):
        yield child.key
        inner: tuple[Child, ...] = (*child.sections, *child.items)
        for each in inner:
            yield from _names(each)
    elif isinstance(child.content, PackagedActivityOutline):
        yield child.content.identifier


def _section(section: SectionOutline, needs: Mapping[str, str], above: Mapping[str, str]) -> SectionOutline:
    around = _with(section.key, needs, above)
    return replace(
        section,
        sections=tuple(_section(each, needs, around) for each in section.sections),
        items=tuple(_item(each, needs, around) for each in section.items),
    )


def _item(item: ItemOutline, needs: Mapping[str, str], above: Mapping[str, str]) -> ItemOutline:
    content = item.content
    if not isinstance(content, PackagedActivityOutline):
        return item
    scripts = list(_with(content.identifier, needs, above).values())
    if not scripts:
        return item
    script = scripts[0] if len(scripts) == 1 else "&".join(f"({each})" for each in scripts)
    return replace(item, content=replace(content, parameters={**content.parameters, "prerequisites": script}))


def _with(name: str, needs: Mapping[str, str], above: Mapping[str, str]) -> Mapping[str, str]:
    own = needs.get(name.lower())
    return above if own is None else {**above, name.lower(): own}
