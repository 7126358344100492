"""Every table of the house, imported once: for migrations, for the comparison of the walls, for the tests."""

# ruff: noqa: F401 - imported for the tables that they register
import tenants.awaited
import tenants.company.models
import tenants.documents.files
import tenants.documents.models
import tenants.events
import tenants.firm.models
import tenants.firm.seals
import tenants.mailing
import tenants.mission.agreement.models
import tenants.mission.agreement.versions_models
import tenants.mission.context.models
import tenants.mission.difficulty.models
import tenants.mission.handover.models
import tenants.mission.life.models
import tenants.mission.models
import tenants.mission.objectives.models
import tenants.mission.report.models
import tenants.mission.roadmap.models
import tenants.mission.schedule.hours_models
import tenants.mission.schedule.models
import tenants.news
import tenants.people.feeds
import tenants.people.models
import tenants.tasks
import tenants.tickets
from tenants.db import Model

metadata = Model.metadata
