"""The part of SARIF 2.1.0 that is read, one Struct for each object; what SARIF requires has no default."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Raw, Struct, field


class Text(Struct, rename="camel"):
    """A `message` or a `multiformatMessageString`."""

    text: str | None = None
    id: str | None = None
    arguments: Sequence[str] = ()


class Place(Struct, rename="camel"):
    """An `artifactLocation`."""

    uri: str | None = None
    uri_base_id: str | None = None
    index: int = -1


class Region(Struct, rename="camel"):
    """Lines and columns, 1-based."""

    start_line: int | None = None
    start_column: int | None = None
    end_line: int | None = None
    end_column: int | None = None


class Physical(Struct, rename="camel"):
    """A `physicalLocation`."""

    artifact_location: Place | None = None
    region: Region | None = None


class Where(Struct, rename="camel"):
    """A `location`."""

    physical_location: Physical | None = None


class Properties(Struct):
    """The properties that GitHub reads."""

    tags: Sequence[str] = ()
    precision: str | None = None
    severity: str | float | None = field(default=None, name="security-severity")


class ComponentReference(Struct, rename="camel"):
    """Which part of the tool, or which taxonomy, a reference is into."""

    name: str | None = None
    index: int | None = None


class Reference(Struct, rename="camel"):
    """A `reportingDescriptorReference`."""

    id: str | None = None
    index: int | None = None
    tool_component: ComponentReference | None = None


class Relationship(Struct, rename="camel"):
    """How a rule relates to an entry of a taxonomy."""

    target: Reference


class Configuration(Struct, rename="camel"):
    """A `reportingConfiguration`."""

    level: str | None = None


class Override(Struct, rename="camel"):
    """What an invocation changed about a rule."""

    descriptor: Reference
    configuration: Configuration


class Rule(Struct, rename="camel"):
    """A `reportingDescriptor`."""

    id: str
    short_description: Text | None = None
    default_configuration: Configuration | None = None
    help_uri: str | None = None
    properties: Properties | None = None
    message_strings: Mapping[str, Text] = {}
    relationships: Sequence[Relationship] = ()


class Suppressed(Struct, rename="camel"):
    """A `suppression`."""

    kind: str
    status: str = "accepted"
    justification: str | None = None
    location: Where | None = None


class Result(Struct, rename="camel"):
    """One result."""

    message: Text
    rule_id: str | None = None
    rule_index: int = -1
    rule: Reference | None = None
    kind: str = "fail"
    level: str | None = None
    baseline_state: str | None = None
    locations: Sequence[Where] = ()
    suppressions: Sequence[Suppressed] | None = None
    properties: Properties | None = None
    taxa: Sequence[Reference] = ()


class Notification(Struct, rename="camel"):
    """What a tool says about its own run."""

    message: Text
    level: str = "warning"
    locations: Sequence[Where] = ()


class Invocation(Struct, rename="camel"):
    """One run of the tool's program."""

    execution_successful: bool
    tool_execution_notifications: Sequence[Notification] | None = None
    tool_configuration_notifications: Sequence[Notification] | None = None
    rule_configuration_overrides: Sequence[Override] = ()


class Artifact(Struct, rename="camel"):
    """A file that the log speaks of."""

    location: Place | None = None
    roles: Sequence[str] = ()


class Component(Struct, rename="camel"):
    """A `toolComponent`: the driver or an extension, with its rules."""

    name: str
    version: str | None = None
    semantic_version: str | None = None
    rules: Sequence[Rule] = ()


class Tool(Struct, rename="camel"):
    """The tool: its driver and its extensions."""

    driver: Component
    extensions: Sequence[Component] = ()


class Run(Struct, rename="camel"):
    """One run."""

    tool: Tool
    results: Sequence[Result]
    """SARIF: a run without results is one in which nothing was looked for."""
    invocations: Sequence[Invocation] = ()
    artifacts: Sequence[Artifact] = ()
    original_uri_base_ids: Mapping[str, Place] = {}
    external_property_file_references: Mapping[str, Raw] | None = None


class Log(Struct, rename="camel"):
    """The document."""

    version: str
    runs: Sequence[Run]
    inline_external_properties: Sequence[Raw] = ()
