"""The staff surface, at /office: denied until somebody is signed in."""

from __future__ import annotations

from flask import Blueprint

from shared.web.auth import refuse_strangers

bp = Blueprint("office", __name__, url_prefix="/office")
bp.before_request(refuse_strangers)

# Views register themselves; they need the blueprint above.
import backoffice.absence  # noqa: E402
import backoffice.account  # noqa: E402
import backoffice.admin_notices  # noqa: E402
import backoffice.admin_people  # noqa: E402
import backoffice.admin_rules  # noqa: E402
import backoffice.admin_sms  # noqa: E402
import backoffice.admin_units  # noqa: E402
import backoffice.appointments  # noqa: E402
import backoffice.approvals  # noqa: E402
import backoffice.audit  # noqa: E402
import backoffice.bulk  # noqa: E402
import backoffice.calendar  # noqa: E402
import backoffice.case  # noqa: E402
import backoffice.chains  # noqa: E402
import backoffice.clusters  # noqa: E402
import backoffice.corrective  # noqa: E402
import backoffice.decide  # noqa: E402
import backoffice.findings  # noqa: E402
import backoffice.first_password  # noqa: E402
import backoffice.follow_up  # noqa: E402
import backoffice.forms  # noqa: E402
import backoffice.happenings  # noqa: E402
import backoffice.held  # noqa: E402
import backoffice.held_notices  # noqa: E402
import backoffice.home  # noqa: E402
import backoffice.identity  # noqa: E402
import backoffice.incident  # noqa: E402
import backoffice.intake  # noqa: E402
import backoffice.investigate  # noqa: E402
import backoffice.ledger  # noqa: E402
import backoffice.me  # noqa: E402
import backoffice.my_penalties  # noqa: E402
import backoffice.nav  # noqa: E402
import backoffice.notices  # noqa: E402
import backoffice.numbers  # noqa: E402
import backoffice.office_records  # noqa: E402
import backoffice.penalties  # noqa: E402
import backoffice.plan_text  # noqa: E402
import backoffice.prints  # noqa: E402
import backoffice.privacy  # noqa: E402
import backoffice.publication  # noqa: E402
import backoffice.queue  # noqa: E402
import backoffice.records  # noqa: E402
import backoffice.reply  # noqa: E402
import backoffice.report_files  # noqa: E402
import backoffice.report_settings  # noqa: E402
import backoffice.reports  # noqa: E402
import backoffice.result  # noqa: E402
import backoffice.return_visits  # noqa: E402
import backoffice.roster  # noqa: E402
import backoffice.second_factor  # noqa: E402
import backoffice.security_record  # noqa: E402
import backoffice.sign_in  # noqa: E402
import backoffice.slip_acts  # noqa: E402
import backoffice.slips  # noqa: E402
import backoffice.steps  # noqa: E402
import backoffice.supervisions  # noqa: E402
import backoffice.surveys  # noqa: E402
import backoffice.transfer  # noqa: E402, F401
