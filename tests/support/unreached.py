"""A raid of which one plan is never reached: its worlds have an empty list of opportunities, though
a network or a post can be lost in them."""

UNREACHED = """\
[asset.hq]
[threat.seen]
[threat.unseen]
[raid.seen]
class = "seen"
count = 3
start_s = 0
[raid.unseen]
class = "unseen"
count = 2
start_s = 0
impact_s = 50
asset = "hq"
[plan.seen]
waves = ["seen"]
[plan.unseen]
waves = ["unseen"]
[interceptor.r]
[battery.b]
magazine.r = 3
[opportunities]
rows = [
  { threat = "seen", battery = "b", interceptor = "r", launch_s = 5, intercept_s = 10, sspk = 1 },
]
[engagement]
losses = true
[architecture.apart]
[architecture.joined]
"""

LOST = (
    'join = "all"\nnetwork = { availability = 0.9, fallback = "apart", onset_s = 7 }',
    'join = "all"\nnetwork = { fallback = "apart", post = "hq" }',
    'cells.c = { batteries = ["b"], post = "hq" }',
)
"""What the architecture `joined` can lose: its network at some time, its network or its cell with a
post."""
