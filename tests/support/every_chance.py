"""A scenario with every kind of chance, and the draws it needs, named by hand.

The draws follow docs/reference/random_numbers.md, the numbers in it come from the text of the
scenario; nothing is taken from the schedule.
"""

from __future__ import annotations

from mcdefense.contract.purposes import Purpose

Draw = tuple[int, int, int]
"""Purpose, sub and entity."""

_SHOTS = (
    ("three", "south", "short", 10, 20),
    ("one", "west", "long", 10, 30),
    ("two", "north", "short", 10, 20),
    ("two", "north", "long", 10, 20),
    ("one", "north", "short", 60, 70),
    ("one", "south", "short", 60, 70),
)
TEXT = """
title = "Every chance"
threat.missile = {reliability = 0.9, called = 0.8}
threat.dummy = {role = "decoy"}
asset.home = {damage_probability = 0.5}
raid.one = {class = "missile", count = 2, asset = "home", start_s = 0}
raid.two = {class = "dummy", count = 1, asset = "home", start_s = 0}
raid.three = {class = "missile", count = 1, asset = "home", start_s = 0}
interceptor.long = {remote = "engage"}
interceptor.short = {remote = "engage"}
battery.north = {magazine = {long = 4, short = 4}, organic = {}}
battery.south = {magazine = {short = 4}, sensors = []}
battery.west = {magazine = {long = 4}, organic = {}}
sensor.lookout = {}
sensor.picket = {}

[opportunities]
rows = [SHOTS]
[tracks]
rows = [
  {sensor = "lookout", threat = "one", time_s = 1, probability = 0.5},
  {sensor = "lookout", threat = "two", time_s = 1, probability = 0.5},
  {sensor = "picket", threat = "three", time_s = 1, probability = 0.5},
  {sensor = "north_radar", threat = "one", time_s = 2, probability = 0.2, cued_probability = 0.6},
  {sensor = "west_radar", threat = "one", time_s = 2, probability = 0.5},
]

[doctrine.fire]
dead_called_alive = 0.1
live_called_dead = 0.1
[doctrine.shares]
random = true

[coin]
weather = {level = "raid", probability = 0.9}
fuze = {level = "engagement", probability = 0.9}
rail = {level = "engagement", probability = 0.9, effect = "launch"}
plot = {level = "threat", probability = 0.9, effect = "double", classes = ["missile"]}
dish = {level = "sensor", probability = 0.9, sensors = ["lookout", "west_radar"]}
line = {level = "pair", probability = 0.9}
truck = {level = "battery", probability = 0.9, batteries = ["south", "west"]}
batch = {level = "interceptor", probability = 0.9}
staff = {level = "cell", probability = 0.9, architectures = ["halves"]}
radio = {level = "link", probability = 0.9, cells = ["left", "watch"]}

[architecture.joined]
join = "all"
network = {availability = 0.9}
[architecture.halves]
[architecture.halves.cells]
left = {batteries = ["south", "north"], assign = 0.4}
right = {batteries = ["west"], assign = 0.6}
watch = {sensors = ["picket", "lookout"]}
[architecture.halves.links]
left = {share = "engage", availability = 0.8}
watch = {share = "warning"}
right = {share = "engage", availability = 0.7}
""".replace(
    "SHOTS",
    ", ".join(
        f'{{threat = "{threat}", battery = "{battery}", interceptor = "{interceptor}", '
        f"launch_s = {launch}, intercept_s = {intercept}, sspk = 0.5}}"
        for threat, battery, interceptor, launch, intercept in _SHOTS
    ),
)

BATTERY = {"north": 0, "south": 1, "west": 2}
INTERCEPTOR = {"long": 0, "short": 1}
SENSOR = {"lookout": 0, "picket": 1, "north_radar": 2, "west_radar": 3}
OBJECT = {"one.0": 0, "one.1": 1, "two.0": 2, "three.0": 3}
COIN = {
    "weather": 0,
    "fuze": 1,
    "rail": 2,
    "plot": 3,
    "dish": 4,
    "line": 5,
    "truck": 6,
    "batch": 7,
    "staff": 8,
    "radio": 9,
}
MISSILES = ("one.0", "one.1", "three.0")
LIST = (
    ("one.0", "west", "long"),  # 10 s, objects in file order
    ("one.1", "west", "long"),
    ("two.0", "north", "long"),  # same battery: interceptors in the order of magazines
    ("two.0", "north", "short"),
    ("three.0", "south", "short"),
    ("one.0", "north", "short"),  # 60 s
    ("one.0", "south", "short"),
    ("one.1", "north", "short"),
    ("one.1", "south", "short"),
)
"""The list by hand."""
LEFT, RIGHT, WATCH = BATTERY["north"], BATTERY["west"], len(BATTERY) + SENSOR["lookout"]
"""Cell keys of `halves`; the cell of `joined` has north first, like `left`."""


def _track(target: str, sensor: str) -> Draw:
    return (Purpose.TRACK, 0, OBJECT[target] * len(SENSOR) + SENSOR[sensor])


def _coin(name: str, entity: int) -> Draw:
    return (Purpose.COIN, COIN[name], entity)


def needed() -> dict[str, Draw]:
    """Every chance of the scenario by a name of its own."""
    draws: dict[str, Draw] = {}
    for number, (target, battery, interceptor) in enumerate(LIST):
        place = f"{target} {battery} {interceptor} as number {number}"
        draws[f"kill {place}"] = (Purpose.KILL, 0, number)
        draws[f"dead called alive {place}"] = (Purpose.DEAD_CALLED_ALIVE, 0, number)
        draws[f"live called dead {place}"] = (Purpose.LIVE_CALLED_DEAD, 0, number)
        draws[f"rail {place}"] = _coin("rail", number)
        pair = OBJECT[target] * len(BATTERY) + BATTERY[battery]
        draws[f"line {target} {battery}"] = _coin("line", pair)
    for target, number in OBJECT.items():
        draws[f"damage {target}"] = (Purpose.DAMAGE, 0, number)
        draws[f"assign {target}"] = (Purpose.ASSIGN, 0, number)
    for target in MISSILES:
        draws[f"present {target}"] = (Purpose.PRESENT, 0, OBJECT[target])
        draws[f"called {target}"] = (Purpose.CALLED, 0, OBJECT[target])
        draws[f"plot {target}"] = _coin("plot", OBJECT[target])
    for target, sensor in (
        ("one.0", "lookout"),
        ("one.1", "lookout"),
        ("two.0", "lookout"),
        ("three.0", "picket"),
        ("one.0", "north_radar"),
        ("one.1", "north_radar"),
        ("one.0", "west_radar"),
        ("one.1", "west_radar"),
    ):
        draws[f"track {target} {sensor}"] = _track(target, sensor)
    for number in (0, 1, 2, 4):  # the first of each object at 10 s, joined; 2 and 4 in `left` too
        draws[f"choice joined at 10 s {number}"] = (Purpose.CHOICE, LEFT, number)
    for number in (5, 7):  # at 60 s, joined and in `left`
        draws[f"choice at 60 s {number}"] = (Purpose.CHOICE, LEFT, number)
    for number in (0, 1):
        draws[f"choice right at 10 s {number}"] = (Purpose.CHOICE, RIGHT, number)
    draws["weather"] = _coin("weather", 0)
    for sensor in ("lookout", "west_radar"):
        draws[f"dish {sensor}"] = _coin("dish", SENSOR[sensor])
    for battery in ("south", "west"):
        draws[f"truck {battery}"] = _coin("truck", BATTERY[battery])
    for interceptor, number in INTERCEPTOR.items():
        draws[f"batch {interceptor}"] = _coin("batch", number)
    for cell, key in (("left", LEFT), ("right", RIGHT)):
        draws[f"staff {cell}"] = _coin("staff", key)
        draws[f"link {cell}"] = (Purpose.LINK, 0, key)
    for cell, key in (("left", LEFT), ("watch", WATCH)):
        draws[f"radio {cell}"] = _coin("radio", key)
    draws["network"] = (Purpose.NETWORK, 0, 0)
    return draws
