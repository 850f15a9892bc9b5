"""The part of SARIF 2.1.0 that devsecgate writes, one Struct for each object; `None` and empty are left out."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

Value = str | int | bool | tuple[str, ...] | Mapping[str, int]
"""What a property bag may hold."""


class Shape(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """What all objects have in common: their names in camel case."""


class Message(Shape, frozen=True):
    """A `message` or a `multiformatMessageString`."""

    text: str
    markdown: str | None = None


class ArtifactLocation(Shape, frozen=True):
    """A file, by a relative URI."""

    uri: str
    uri_base_id: str | None = None


class Region(Shape, frozen=True):
    """Lines and columns, 1-based, in code points."""

    start_line: int
    start_column: int | None = None
    end_line: int | None = None
    end_column: int | None = None
    snippet: Message | None = None


class PhysicalLocation(Shape, frozen=True):
    """A region of a file."""

    artifact_location: ArtifactLocation
    region: Region | None = None


class Place(Shape, frozen=True):
    """A `location`."""

    physical_location: PhysicalLocation
    id: int | None = None
    message: Message | None = None


class ToolComponentReference(Shape, frozen=True):
    """Names a taxonomy."""

    name: str
    guid: str


class DescriptorReference(Shape, frozen=True):
    """Names a rule, a notification or a taxon."""

    id: str
    index: int | None = None
    tool_component: ToolComponentReference | None = None


class Relationship(Shape, frozen=True):
    """From a rule to the weakness that it is about."""

    target: DescriptorReference
    kinds: tuple[str, ...]


class Configuration(Shape, frozen=True):
    """The level of a rule's results where they do not say."""

    level: str


class Descriptor(Shape, frozen=True):
    """A `reportingDescriptor`: a rule, a kind of notification, a taxon."""

    id: str
    name: str | None = None
    short_description: Message | None = None
    full_description: Message | None = None
    help: Message | None = None
    help_uri: str | None = None
    default_configuration: Configuration | None = None
    relationships: tuple[Relationship, ...] | None = None
    properties: Mapping[str, Value] | None = None


class Taxonomy(Shape, frozen=True):
    """A `toolComponent` that lists weaknesses."""

    name: str
    guid: str
    organization: str
    information_uri: str
    short_description: Message
    is_comprehensive: bool
    taxa: tuple[Descriptor, ...]


class Driver(Shape, frozen=True):
    """The `toolComponent` that made the results."""

    name: str
    semantic_version: str
    information_uri: str
    rules: tuple[Descriptor, ...]
    notifications: tuple[Descriptor, ...] | None = None
    supported_taxonomies: tuple[ToolComponentReference, ...] | None = None


class Tool(Shape, frozen=True):
    """The tool of a run."""

    driver: Driver


class Notification(Shape, frozen=True):
    """Something about the run itself: what could not be seen."""

    message: Message
    level: str
    descriptor: DescriptorReference
    locations: tuple[Place, ...] | None = None
    properties: Mapping[str, Value] | None = None


class Invocation(Shape, frozen=True):
    """How the run ended."""

    execution_successful: bool
    exit_code: int
    exit_code_description: str
    tool_execution_notifications: tuple[Notification, ...]
    tool_configuration_notifications: tuple[Notification, ...] | None = None


class Suppressed(Shape, frozen=True):
    """A `suppression`: who accepted the result, and where that is written."""

    kind: str
    status: str
    justification: str
    location: Place | None = None
    properties: Mapping[str, Value] | None = None


class Result(Shape, frozen=True):
    """One issue."""

    rule_id: str
    rule_index: int
    level: str
    message: Message
    locations: tuple[Place, ...]
    partial_fingerprints: Mapping[str, str]
    rank: float | None = None
    related_locations: tuple[Place, ...] | None = None
    taxa: tuple[DescriptorReference, ...] | None = None
    suppressions: tuple[Suppressed, ...] | None = None
    baseline_state: str | None = None
    properties: Mapping[str, Value] | None = None


class UriBase(Shape, frozen=True):
    """What the relative URIs are relative to; without a `uri`, for the machine's folders are nobody's business."""

    description: Message


class Automation(Shape, frozen=True):
    """The run's category."""

    id: str


class Run(Shape, frozen=True):
    """One run of one tool."""

    tool: Tool
    invocations: tuple[Invocation, ...]
    automation_details: Automation
    original_uri_base_ids: Mapping[str, UriBase]
    column_kind: str
    results: tuple[Result, ...]
    taxonomies: tuple[Taxonomy, ...] | None = None
    properties: Mapping[str, Value] | None = None


class Log(Shape, frozen=True):
    """The file."""

    schema: str = msgspec.field(name="$schema")
    version: str
    runs: tuple[Run, ...]
