"""What staff do, in their own words."""

from tests.journeys.window import Window
from tests.support.regime_world import RegimeWorld
from tests.support.world import PASSWORD, World


class Staff(Window):
    """Somebody at the back office; several people may sit down at it, one after the other."""

    def signs_in(self, world: World | RegimeWorld, role: str) -> None:
        """Signs in as the person who holds the role, the rule book's own in a rule book's world."""
        if "/office" in self.page.url:
            self.presses("退出登录")
        else:
            self.goes_to("/office/")
        self.writes("用户名", world.usernames[role])
        self.writes("密码", PASSWORD)
        self.presses("登录")
        assert self.heading == "我的工作", self.heading

    def opens_work(self, words: str) -> None:
        """Opens a piece of work from the desk."""
        if not self.page.url.endswith("/office/"):
            self.goes_to("/office/")
        self.follows(words)

    def opens_case(self, words: str) -> None:
        """Finds a case in the queue of all cases and opens it."""
        self.goes_to("/office/queue/all")
        self.follows(words)

    def accepts(self, category: str, severity: str = "") -> None:
        """Accepts the case that is open, under a category and a class."""
        self.follows("受理")
        self.chooses(category)
        if severity:
            self.chooses(severity)
        self.presses("受理")

    def takes(self, step: str, button: str = "") -> None:
        """Takes a step that asks for nothing."""
        self.follows(step)
        self.presses(button or step)
