import re
from lxml import html
from shared import clock
from shared.services import calendars, queries_portal, regimes
from tests.support import world
from tests.support.office import open_office
ADDR = ["/at/nanxi","/at/nanxi/rules","/at/county/rules","/at/nanxi/help","/at/nanxi/privacy","/at/nanxi/accessibility","/at/nanxi/display","/at/nanxi/submit/how","/at/nanxi/submit/what?how=named","/at/nanxi/track","/at/nanxi/notices","/at/nanxi/stats","/"]
def show(text):
    t=html.fromstring(text)
    for e in t.xpath("//script|//head|//header|//footer"): e.drop_tree()
    return re.sub(r"\s*\n\s*","\n",t.text_content()).strip()
def test_pages(app):
    out=open('/tmp/tr/pages.out','w',buffering=1)
    for part in (queries_portal, calendars, regimes): part.forget()
    with app.app_context(): world.township(), world.county()
    with clock.frozen(world.MONDAY):
        c=app.test_client(); c.set_cookie("huiyin_lang","en")
        for a in ADDR:
            r=c.get(a); out.write(f"\n=== {a} {r.status_code}\n{show(r.text)}\n")
        c.send("/at/nanxi/submit/what?how=confidential", respondent="财政所", story=world.STORY)
        for a in ("/at/nanxi/submit/contact","/at/nanxi/submit/check"):
            r=c.get(a); out.write(f"\n=== {a} {r.status_code}\n{show(r.text)}\n")
        c=app.test_client(); c.set_cookie("huiyin_lang","en")
        c.send("/at/county/submit/what?how=anonymous", respondent="财政所", story=world.STORY)
        r=c.send("/at/county/submit/check"); out.write(str(r.status_code)+str(r.location))
        r=c.get(r.location); out.write(f"\n=== done {r.status_code}\n{show(r.text)}\n")
        r=c.get("/at/county/case"); out.write(f"\n=== case {r.status_code}\n{show(r.text)}\n")
def test_office(app):
    out=open('/tmp/tr/office.out','w',buffering=1)
    with open_office(app, world.township) as office:
        w=office.world
        with app.app_context(): r=w.file_case(app)
        for role in ("intake","chief","handler"):
            d=office.desk(role); d.set_cookie("huiyin_lang","en")
            for a in ("/office/","/office/me","/office/queue?view=open","/office/cases/1","/office/cases/1/accept","/office/intake","/office/clusters","/office/calendar","/office/print/register/1"):
                try: r=d.get(a, follow_redirects=True)
                except AssertionError as e: out.write(f"\n=== {role} {a} FAULT {e}\n"); continue
                out.write(f"\n=== {role} {a} {r.status_code}\n{show(r.text)}\n")
