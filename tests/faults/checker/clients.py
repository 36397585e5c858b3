"""Citizens and clerks who each leave a mark of their own and note what they were told: done, not done, or nothing."""

from __future__ import annotations

import random
import re
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from lxml import html

from tests.support import world
from tests.support.http import Answer, Browser, Lost, NotSent
from tests.support.installation import Installation

NOT_DONE = "内容没有提交"
"""What every page says of a form that was not taken; whoever doesn't say it leaves open what happened."""
TRIES, PATIENCE = 8, 1.0
MARK = re.compile(r"[FNQA]-\d{6}-\d+")


@dataclass
class Told:
    """One act of one client: its mark, where it went and what the client was told of it."""

    mark: str
    outcome: str = "unknown"
    receipt_no: str = ""
    code: str = ""


@dataclass
class Record:
    """What all clients were told, and what was wrong on the spot."""

    seed: int
    told: list[Told] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def begin(self, kind: str) -> Told:
        """A new act; until told otherwise its outcome is unknown."""
        with self.lock:
            self.told.append(Told(f"{kind}-{self.seed:06d}-{len(self.told)}"))
            return self.told[-1]

    def of(self, kind: str, outcome: str) -> list[Told]:
        """The acts of a kind that ended so."""
        return [one for one in self.told if one.mark[0] == kind and one.outcome == outcome]


def judged(answer: Answer) -> str:
    """What an answer to a form says of it."""
    if answer.status in {302, 303}:
        return "ok"
    return "fail" if answer.status in {409, 410, 422, 429} or NOT_DONE in answer.text else "unknown"


class Client(ABC):
    """Somebody in front of a browser, in a thread of their own."""

    def __init__(self, place: Installation, record: Record, number: int) -> None:
        self.place, self.record, self.dice = place, record, random.Random(record.seed * 100 + number)
        self.number = number

    def browser(self) -> Browser:
        """A fresh one; half of the people come by the other web server first."""
        return Browser(self.place.ports[:: self.dice.choice([1, -1])])

    def work(self, over: threading.Event) -> None:
        """Does one thing after the other until it is evening."""
        while not over.is_set():
            try:
                self.once()
            except (Lost, NotSent):  # a page didn't come: nothing was promised
                over.wait(0.3)
            over.wait(self.dice.uniform(0.05, 0.4))

    @abstractmethod
    def once(self) -> None:
        """One thing."""


def patiently(ask: Callable[[], Answer]) -> Answer:
    """Asks for a page again and again while the house is away; NotSent when it stays away."""
    for _ in range(TRIES):
        try:
            answer = ask()
        except (Lost, NotSent):
            time.sleep(PATIENCE)
            continue
        if answer.status < 500:
            return answer
        time.sleep(PATIENCE)
    raise NotSent("stays away")


class Citizen(Client):
    """Files complaints, follows them, answers what is asked."""

    def __init__(self, place: Installation, record: Record, number: int) -> None:
        super().__init__(place, record, number)
        self.own: list[Told] = []

    def once(self) -> None:
        if self.own and self.dice.random() < 0.4:
            self.follow(self.dice.choice(self.own))
        else:
            self.file()

    def file(self) -> None:
        """Fills the pages in and sends the last one until somebody says yes or it has been tried often enough."""
        browser, told = self.browser(), self.record.begin("F")
        told.outcome = "fail"  # nothing is filed before the last page is sent
        self.draft(browser, told.mark)
        sent = browser.form("/submit/check")
        told.outcome = "unknown"
        told.outcome = self.insist(browser, sent)
        if told.outcome == "ok":
            self.keep_receipt(browser, told)

    def draft(self, browser: Browser, mark: str) -> None:
        """The pages before the last; NotSent where one of them doesn't come."""
        how = self.dice.choice(["anonymous", "named"])
        story = f"{world.STORY}记号{mark}，请查。"
        page = f"/submit/what?how={how}"
        answer = browser.send(page, respondent="财政所", story=story, wish="")
        if how == "named" and answer.status == 303:
            reach = {"phone": "13800138000", "email": f"{mark.lower()}@example.cn", "notify": "email"}
            answer = browser.send("/submit/contact", name="王小明", **reach)
        if answer.location != "/submit/check":
            raise NotSent(f"the draft stopped at {answer.status}")

    def insist(self, browser: Browser, sent: dict[str, str]) -> str:
        """The same form again and again: R10 makes one case of it. Now and then it is sent twice at the same time."""
        outcomes = set()
        for _ in range(TRIES):
            twice = self.dice.random() < 0.2
            with ThreadPoolExecutor(2) as both:
                tries = [both.submit(send, browser, sent) for _ in range(2 if twice else 1)]
                outcomes |= {one.result() for one in tries}
            if "ok" in outcomes:
                return "ok"
            time.sleep(PATIENCE)
        return "fail" if outcomes == {"fail"} else "unknown"

    def keep_receipt(self, browser: Browser, told: Told) -> None:
        """The two numbers of the last page; that page has to come."""
        page = html.fromstring(patiently(lambda: browser.get("/submit/done")).text)
        numbers = [" ".join(page.get_element_by_id(name).text_content().split()) for name in NUMBERS]
        told.receipt_no, told.code = (re.sub(r"\D", "", one) for one in numbers)
        self.own.append(told)

    def follow(self, told: Told) -> None:
        """Whoever holds a receipt finds the case, its own words, and may answer a question."""
        browser = self.browser()
        entered = browser.send("/track", receipt_no=told.receipt_no, code=told.code)
        if entered.status == 422:
            self.record.wrong.append(f"{told.mark}: the receipt is unknown")
        if entered.status != 303:
            return
        case = browser.get("/case")
        if case.status == 200 and told.mark not in case.text:
            self.record.wrong.append(f"{told.mark}: the case holds other words")
        if 'href="/case/answer"' in case.text and "Q-" in case.text:
            sent = browser.form("/case/answer", text="")
            answer = self.record.begin("A")
            answer.outcome = send(browser, "/case/answer", sent | {"text": f"答复：{answer.mark}。"})


NUMBERS = ("receipt-no", "access-code")


def send(browser: Browser, *what: object) -> str:
    """Sends a form, to the last page of a filing where no other is named, and says what is known of it then."""
    fields = what[-1]
    assert isinstance(fields, dict)
    try:
        return judged(browser.post(str(what[0]) if len(what) > 1 else "/submit/check", fields))
    except NotSent:
        return "fail"
    except Lost:
        return "unknown"


class Clerk(Client):
    """Writes notes on cases and asks questions, mostly on the newest ones, as two clerks at once would."""

    desk: Browser | None = None

    def once(self) -> None:
        desk = self.signed_in()
        rows = html.fromstring(desk.get("/office/queue").text).xpath("//main//a/@href")
        cases = sorted({one for one in rows if re.fullmatch(r"/office/case/\d+", one)})
        if not cases:
            self.desk = None  # perhaps the session is over
            return
        step, kind = ("ask_question", "Q") if self.dice.random() < 0.3 else ("add_note", "N")
        address = f"{self.dice.choice(cases)}/{step}"
        sent = desk.form(address, text="")
        told = self.record.begin(kind)
        more = {"act": "send"} if kind == "Q" else {}
        told.outcome = send(desk, address, sent | more | {"text": f"办公室写下{told.mark}，核对用。"})

    def signed_in(self) -> Browser:
        """The clerk's browser, signed in."""
        if self.desk is None:
            desk = self.browser()
            name = self.place.world.usernames["intake"]
            if desk.send("/office/sign-in", username=name, password=world.PASSWORD).status != 303:
                raise NotSent("the sign-in did not work")
            self.desk = desk
        return self.desk
