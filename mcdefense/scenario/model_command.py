"""Who commands, and how: run defaults, doctrine, coins and architectures."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, model_validator

from mcdefense.scenario.values import (
    MAX_ONSET_S,
    MAX_SALVO,
    MAX_SEED,
    MAX_TIME_S,
    MAX_TRIALS,
    MAX_WORLDS,
    Entry,
    IfAbsent,
    Looks,
    Names,
    NotNegative,
    Probability,
    Rounds,
    Salvo,
    Seconds,
    Switch,
    Text,
    Window,
    expects,
    fault,
)

Preference = Literal["cost", "versatility", "file"]
"""What decides who fires first at one object among launches at one time."""

Share = Literal["none", "warning", "launch", "engage"]
"""What a remote track is good for, the least first."""

CELL_KEYS = ("burst_s", "allot", "random", "decision_s")
"""Keys of a doctrine that hold for a whole cell, whatever the threat's class."""


def _each_once(words: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(words)) < len(words) or "file" in words[:-1]:
        raise ValueError("a word that decides nothing")
    return words


class Run(Entry):
    """Defaults of the command line."""

    worlds: Annotated[
        int, Field(ge=1, le=MAX_WORLDS), expects(f"a whole number from 1 to {MAX_WORLDS:,}")
    ] = 64
    """Draws of everything uncertain but fixed during a raid."""
    trials_per_world: Annotated[
        int, Field(ge=1, le=MAX_TRIALS), expects(f"a whole number from 1 to {MAX_TRIALS:,}")
    ] = 4096
    """Replays of the raid in each world."""
    seed: Annotated[
        int, Field(ge=0, le=MAX_SEED), expects(f"a whole number from 0 to {MAX_SEED:,}")
    ] = 1
    """Seed: same seed, same results."""


class Engagement(Entry):
    """What holds for every cell, and which comparison is the headline."""

    priority: Literal["time", "value"] = "time"
    """Who is served first among launches at one time: no one, or the highest value."""
    prefer: Annotated[
        tuple[Preference, ...],
        Field(min_length=1),
        AfterValidator(_each_once),
        expects("a list of 'cost', 'versatility' and 'file', each at most once and 'file' last"),
    ] = ("cost", "versatility")
    """Who fires first at one object among launches at one time: the cheapest round; the battery
    and round with launches at the fewest threat classes; "file" = the first of the file."""
    baseline: Text | None = None
    """Architecture the headline compares with; default the first that is not `compare`."""
    compare: Text | None = None
    """Architecture the headline judges; default the last that is not `baseline`."""
    ladder: Names = ()
    """Architectures of which each is one step from the one before it; default none, and each is
    compared with the baseline alone."""
    losses: Switch = True
    """Whether a battery or sensor that a leaker damages is lost for the rest of the raid."""
    margin: NotNegative = 0.1
    """Difference that matters [leakers a raid]: a world counts as helped or hurt beyond it."""


class Doctrine(Entry):
    """Rules of fire for the cells and classes in scope; later tables override earlier ones."""

    # A key is None where its table leaves it to the others.
    cells: Names | None = None
    """Cells it holds for; absent = all."""
    classes: Names | None = None
    """Threat classes it holds for; absent = all."""
    salvo: Annotated[Salvo | None, IfAbsent((1,))] = None
    """Rounds owed look by look; the last entry repeats, 0 stops."""
    last_salvo: Annotated[
        Annotated[int, Field(ge=0, le=MAX_SALVO)] | Literal["rest"] | None,
        expects(f"a whole number from 0 to {MAX_SALVO}, or 'rest'"),
    ] = None
    """Rounds owed at the last chance: a number, or "rest" = all, shared evenly."""
    assessment_s: Annotated[Seconds | None, IfAbsent(10.0)] = None
    """Time from the latest intercept until the outcome is known [s]."""
    others_kills_s: Annotated[
        Seconds | Literal["never"] | None,
        expects(f"a number, 0 or more (at most {MAX_TIME_S:g}), or 'never'"),
    ] = None
    """Time after which another cell's kill is seen [s], or "never". Default assessment_s."""
    dead_called_alive: Annotated[Probability | None, IfAbsent(0.0)] = None
    """Probability that a look takes a dead threat for alive."""
    live_called_dead: Annotated[Probability | None, IfAbsent(0.0)] = None
    """Probability that a look takes a live threat for dead."""
    called: Probability | None = None
    """Probability that an object is called a threat. Default its class's."""
    identification_s: Annotated[Seconds | None, IfAbsent(0.0)] = None
    """Time from track to identification [s]."""
    choice: Annotated[
        Literal["first", "cheapest_adequate"] | None, IfAbsent("cheapest_adequate")
    ] = None
    """Take the first opportunity, or wait for a cheaper adequate one."""
    adequate_sspk: Annotated[Probability | None, IfAbsent(0.5)] = None
    """Kill probability from which a cheaper round is adequate."""
    hold_stock: Annotated[Rounds | None, IfAbsent(0)] = None
    """Wait only while the cheaper magazine has more rounds for the class than this."""
    looks_kept: Looks | None = None
    """Looks that waiting for a cheaper round must leave, or all there are. Default its class's."""
    pooled_reserve: dict[str, Rounds] | None = None
    """Rounds by interceptor that the class may not touch of all that the cell's magazines hold."""
    burst_s: Annotated[Seconds | None, IfAbsent(0.0)] = None
    """Launches within this time are shared out together [s]."""
    allot: Annotated[Literal["even", "first_come"] | None, IfAbsent("even")] = None
    """How the rounds of a burst are shared out."""
    random: Switch | None = None
    """Whether the choice is drawn per cell. Default: where several cells reach one threat."""
    decision_s: Annotated[Seconds | None, IfAbsent(0.0)] = None
    """Time a cell needs to open a look [s]."""

    @model_validator(mode="after")
    def _cell_keys_have_no_classes(self) -> Doctrine:
        for key in CELL_KEYS:
            if self.classes is not None and getattr(self, key) is not None:
                raise fault(
                    "got it beside classes, expected it in a table without classes "
                    "(it holds for a whole cell)",
                    key,
                )
        return self


Level = Literal[
    "engagement", "pair", "threat", "battery", "sensor", "interceptor", "cell", "link", "raid"
]


class Coin(Entry):
    """A common cause: one toss per entity and trial; all coins must hold."""

    level: Level
    """What is tossed for: one opportunity, a (threat, battery) pair, a threat, ..., the raid."""
    probability: Probability
    """Probability that it holds."""
    effect: Literal["launch", "kill", "double"] | None = None
    """If it fails: no launch, fired in vain, or rounds owed double. Default kill for engagement
    and interceptor, launch otherwise."""
    batteries: Names | None = None
    """Batteries in scope; absent = all."""
    sensors: Names | None = None
    """Sensors in scope; absent = all."""
    interceptors: Names | None = None
    """Interceptors in scope; absent = all."""
    classes: Names | None = None
    """Threat classes in scope; absent = all."""
    cells: Names | None = None
    """Cells in scope; absent = all."""
    architectures: Names | None = None
    """Architectures in scope; absent = all."""

    @property
    def effect_or_default(self) -> Literal["launch", "kill", "double"]:
        """The effect, or the default of the level."""
        if self.effect is not None:
            return self.effect
        return "kill" if self.level in ("engagement", "interceptor") else "launch"


class CellEntry(Entry):
    """Batteries and sensors under one fire control."""

    batteries: Names = ()
    """Batteries of the cell; their own sensors come with them."""
    sensors: Names = ()
    """Further sensors of the cell."""
    share: Share = "engage"
    """What a remote track within the cell is good for."""
    latency_s: Seconds = 0.0
    """Delay of a remote track within the cell [s]."""
    classes: Names | None = None
    """Threat classes it engages; absent = all."""
    assets: Names | None = None
    """Assets it defends; absent = all."""
    assign: Probability | None = None
    """Share of threats assigned to it: one draw per threat and trial names the cell."""
    post: Text | None = None
    """Asset (or "battery.NAME", "sensor.NAME") from which it is led: once that is damaged, each of
    its batteries fights by itself."""

    @model_validator(mode="after")
    def _post_or_assign(self) -> CellEntry:
        if self.post is not None and self.assign is not None:
            text = "got a post beside assign, expected one of the two (what is assigned to a cell "
            raise fault(text + "would be nobody's once its batteries fight by themselves)", "post")
        return self


class Link(Entry):
    """The spoke between a cell and the network; a track from X to Y takes both spokes."""

    share: Share = "engage"
    """What a track over it is good for; the lesser of two spokes counts."""
    latency_s: Seconds = 0.0
    """Delay [s]; those of two spokes add."""
    availability: Probability = 1.0
    """Probability that it is up in a trial."""


class Network(Entry):
    """The network as a common failure of all that is joined."""

    availability: Probability = 1.0
    """Probability that it is up in a trial."""
    fallback: Text = "none"
    """Architecture that takes over when it is down; "none" = nothing is fired."""
    onset_s: Window | None = None
    """When it is lost during the raid [s]; drawn from a window. Absent = down from the start."""
    dead_time_s: Seconds = 0.0
    """From the onset until the fallback fires [s]; nobody fires meanwhile."""
    post: Text | None = None
    """Asset (or "battery.NAME", "sensor.NAME") with whose damage it is lost, whatever its
    availability."""

    @model_validator(mode="after")
    def _dead_time_is_used(self) -> Network:
        if self.dead_time_s and self.onset_s is None and self.post is None:
            text = "got a dead time without onset_s or post, expected one (it begins at the loss)"
            raise fault(text, "dead_time_s")
        if self.dead_time_s and self.fallback == "none":
            text = "got a dead time without a fallback, expected one (else nothing is fired anyhow)"
            raise fault(text, "dead_time_s")
        if isinstance(self.onset_s, tuple) and self.onset_s[1] - self.onset_s[0] > MAX_ONSET_S:
            raise fault(f"got a window longer than {MAX_ONSET_S:,} s, expected less", "onset_s")
        return self


class Architecture(Entry):
    """Which cells and links exist, what they share, how late, how reliably."""

    label: Text | None = None
    """Short text for tables and plots."""
    extends: Text | None = None
    """Architecture of which this is a copy: whatever this table leaves out, but the label, is as
    there."""
    join: Annotated[
        Literal["all"] | Annotated[tuple[str, ...], Field(min_length=1)] | None,
        expects("'all', or a list of batteries and sensors in quotes"),
    ] = None
    """Batteries and sensors of one cell; every other battery and sensor is a cell of its own."""
    share: Share | None = None
    """Of the joined cell; without join, of links between all cells. Default engage with join."""
    latency_s: Seconds = 0.0
    """Delay of that shared picture [s]; without join, per spoke."""
    post: Text | None = None
    """Asset (or "battery.NAME", "sensor.NAME") from which the joined cell is led: once that is
    damaged, each of its batteries fights by itself."""
    cells: dict[str, CellEntry] | None = None
    """Cells one by one, instead of join."""
    links: dict[str, Link] = Field(default_factory=dict)
    """Spokes between a cell and the network, by cell."""
    network: Network | None = None
    """The network's availability and fallback; absent = never down."""
    losses: Switch | None = None
    """Whether batteries and sensors are lost under it; default engagement.losses. A twin without
    shows what followed from them."""
    set: dict[str, Any] = Field(default_factory=dict)
    """Values of the scenario that differ in this architecture, by path; what a table leaves out
    stays as it is."""
    variants: dict[str, dict[str, Any]] = Field(default_factory=dict)
    """Other ways to fight this architecture, by name, each values as of `set`: `NAME_VARIANT` is
    one more architecture, and the best of them all is chosen on half of the worlds."""

    @model_validator(mode="after")
    def _join_or_cells(self) -> Architecture:
        if self.join is not None and self.cells is not None:
            raise fault("got both join and cells, expected one of the two", "join")
        if self.post is not None and self.join is None:
            text = "got a post without join, expected it in the table of a cell or of the network"
            raise fault(text, "post")
        return self
