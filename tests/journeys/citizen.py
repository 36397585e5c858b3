"""What citizens do, in their own words."""

from pathlib import Path

from tests.journeys.window import Window
from tests.support.world import STORY

WHAT = "您想反映什么问题"


class Citizen(Window):
    """Somebody with a complaint."""

    def begins(self, how: str) -> None:
        """From the front page to the page that asks what happened."""
        self.goes_to("/")
        self.follows("我要反映问题")
        self.chooses(how)
        self.presses("继续")

    def tells(self, story: str = STORY, about: str = "财政所") -> None:
        """Writes what happened, and goes on."""
        self.writes("反映的单位或地点", about)
        self.writes("发生了什么", story)
        self.presses("继续")

    def leaves_contact(self, name: str = "吴芳", phone: str = "13812345678") -> None:
        """Says who is complaining and how to be reached."""
        self.writes("您的姓名", name)
        self.writes("您的电话", phone)

    def adds_files(self, *files: Path) -> None:
        """Chooses files; with scripts they go at once, one by one, else with the button."""
        self.page.get_by_label("证据材料").first.set_input_files([str(one) for one in files])
        self.clicks += 1
        if not self.script:
            self.presses("上传所选文件")

    def files_a_complaint(self, how: str = "匿名", **told: str) -> tuple[str, ...]:
        """Files a complaint; returns the number and the code on the receipt."""
        self.begins(how)
        self.tells(**told)
        if how != "匿名":
            self.leaves_contact()
            if self.page.get_by_label("真实性负责").count():
                self.page.get_by_label("真实性负责").check()
            self.presses("继续")
        self.presses("提交")
        return self.receipt()

    def receipt(self) -> tuple[str, ...]:
        """The number and the code, as they stand on the receipt."""
        assert self.heading == "我们已收到您反映的问题"
        return tuple(str(self.page.locator(one).text_content()) for one in ("#receipt-no", "#access-code"))

    def tracks(self, number: str, code: str) -> None:
        """Looks the complaint up."""
        self.goes_to("/")
        self.follows("查进度")
        self.writes("受理编号", number)
        self.writes("查询码", code)
        self.presses("查询")

    def rates(self, level: str, why: str = "") -> None:
        """Rates how the complaint was dealt with."""
        self.follows("评价这次办理")
        self.chooses(level)
        self.writes("想说说为什么吗", why)
        self.presses("提交评价")

    def leaves(self, to: str) -> None:
        """Leaves in a hurry: Esc three times, or the button where no script runs."""
        if self.script:
            for _ in range(3):
                self.page.keyboard.press("Escape")
        else:
            self.page.get_by_role("link", name="快速离开").click()
        self.page.wait_for_url(to)
        self.complaints.clear()  # the neutral page isn't ours
