"""The story, scene by scene: each takes the network as the one before has left it."""

from demo import closing, day, founding, gathering, outage
from demo.clock import NEW_YORK
from demo.stage import Stage

SCENES = (
    founding.found_the_hub,
    founding.invite,
    founding.join,
    founding.admit,
    founding.twin,
    founding.bring_members,
    founding.open_accounts,
    founding.grant,
    day.book,
    day.expect,
    day.receive,
    outage.prepare,
    outage.cut,
    outage.heal,
    gathering.publish,
    gathering.hold_together,
    gathering.take_part,
    gathering.last_seat,
    gathering.replay,
    closing.settle,
)


def play(stage: Stage) -> None:
    """Play all scenes. Raises Untrue at the first fact that does not hold."""
    now = stage.network.clock.now()
    home = now.astimezone(NEW_YORK)
    stage.teller.say(f"A day in London. It is {now:%A %-d %B %Y}, 09:30 in London and {home:%H:%M} in New York.\n")
    for scene in SCENES:
        scene(stage)
