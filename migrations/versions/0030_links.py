"""What a day's mail tells besides what is awaited; who is told of dates; how often a private calendar address is read."""

from importlib import import_module

import sqlalchemy as sa
from alembic import op

from migrations.rls import as_system, rewall, wall

revision = "0030"
down_revision = "0029"

DEFINER = "security definer set search_path = pg_catalog, public"
TIME = sa.DateTime(timezone=True)
APP, JOBS = "trialogue_app", "trialogue_jobs"
TODAY = "(now() at time zone 'Europe/Paris')::date"
COLUMNS = "company_id, id, zone_id, mission_id, contact_id, kind, subject_id, day, made_at"
KINDS = (
    "agreement.refused", "agreement.reopened", "agreement.dates_changed", "objective.reading", "roadmap.due",
    "reading.sealed", "reading.plan", "report.first", "report.issued",
)  # fmt: skip

# Of a zone that the actor reads, to those who sit in its mission and have an account; each gets at most the day's mail.
TELL_NEWS = f"""
create function tell_news(_kind text, _subject uuid, _zone uuid, _contacts uuid[], _at timestamptz) returns integer
language plpgsql {DEFINER} as $$
declare o record; told integer := 0;
begin
  for o in insert into news ({COLUMNS})
    select z.company_id, gen_random_uuid(), z.id, z.mission_id, k.id, _kind, _subject, {TODAY}, now()
      from zone z join contact k on k.company_id = z.company_id and k.id = any (_contacts) and k.person_id is not null
     where z.company_id = acting_company() and z.id = _zone and z.id = any (my_zones()) and z.audience <> 'author'
       and exists (select from participation p where (p.company_id, p.mission_id, p.contact_id) = (z.company_id, z.mission_id, k.id)
                    and p.accepted_at is not null and (p.until_at is null or p.until_at > now()))
    on conflict do nothing returning company_id, contact_id
  loop
    continue when _at is null;
    told := told + tell_person((select k.person_id from contact k where (k.company_id, k.id) = (o.company_id, o.contact_id)), _at);
  end loop;
  return told;
end $$
"""
NEWS_TOLD = f"""
create function news_told(_ids uuid[]) returns void language sql {DEFINER} as $$
  update news n set told_at = now() from contact k
   where (k.company_id, k.id) = (n.company_id, n.contact_id) and k.person_id = acting_person() and n.id = any (_ids)
$$
"""

# By the clock, once for each day that something is due: an action three days before its day, to whose it is; a reading, to
# the objective's observer, a month after the last one (or after it was agreed) and on the objective's own day.
GATHER = f"""
create function gather_due() returns void language plpgsql {DEFINER} as $$
declare today date := {TODAY};
begin
  delete from news n where n.made_at < now() - interval '60 days' or n.kind = 'roadmap.due'
     and not exists (select from action a where (a.company_id, a.id) = (n.company_id, n.subject_id) and a.withdrawn_at is null);
  insert into news ({COLUMNS})
  select a.company_id, gen_random_uuid(), a.zone_id, a.mission_id, a.owner_id, 'roadmap.due', a.id, a.due_on, now()
    from action a join strategy s on (s.company_id, s.id) = (a.company_id, a.strategy_id)
    join axis x on (x.company_id, x.id) = (a.company_id, a.axis_id)
   where a.state in ('todo', 'doing') and a.owner_id is not null and a.due_on between today - 7 and today + 3
     and a.withdrawn_at is null and s.withdrawn_at is null and s.closed_at is null and x.shared_at is not null
     and x.withdrawn_at is null and x.closed_at is null
     and still_awaited(a.company_id, a.mission_id, a.strand_id, a.owner_id, 'roadmap.due')
  on conflict do nothing;
  insert into news ({COLUMNS})
  select o.company_id, gen_random_uuid(), o.zone_id, o.mission_id, o.observer_id, 'objective.reading', o.id, d.day, now()
    from objective o join wording w on (w.company_id, w.id) = (o.company_id, o.agreed_id)
    join mission m on (m.company_id, m.id) = (o.company_id, o.mission_id) and m.ends_on >= today
    cross join lateral (select greatest((w.agreed_at at time zone 'Europe/Paris')::date, max(p.read_on)) as day
       from progress p where (p.company_id, p.objective_id) = (o.company_id, o.id)) seen
    cross join lateral (select least(seen.day + 30, o.due_on) as day) d
   where o.observer_id is not null and o.shared_at is not null and o.closed_at is null and o.withdrawn_at is null
     and d.day <= today and (o.due_on is null or seen.day < o.due_on)
     and still_awaited(o.company_id, o.mission_id, o.strand_id, o.observer_id, 'objective.reading')
  on conflict do nothing;
end $$
"""
TELL_ALL = f"""
create function tell_all_news() returns integer language sql {DEFINER} as $$
  select coalesce(sum(tell_person(w.person_id, null)), 0)::integer from (
    select distinct k.person_id from news n join contact k on (k.company_id, k.id) = (n.company_id, n.contact_id)
     where n.told_at is null and k.person_id is not null) w
$$
"""

# Dates stand in no zone, for the firm reads them: whose signature is asked is written to at once, who accepts by the day's
# mail; once they are in force, the managers learn of it. ``_soon``: None at night, ``_surely``: at eight then.
TELL_DATES = f"""
create function tell_of_dates(_amendment uuid, _soon timestamptz, _surely timestamptz) returns integer
language plpgsql {DEFINER} as $$
declare d dates_amendment; o record; told integer := 0;
begin
  select * into d from dates_amendment a where a.company_id = acting_company() and a.id = _amendment
     and a.mission_id = any (my_missions());
  if not found then return 0; end if;
  for o in select distinct k.person_id, w.kind from awaited w join contact k on (k.company_id, k.id) = (w.company_id, w.contact_id)
     where w.company_id = d.company_id and w.subject_id = d.id and w.kind in ('agreement.sign_dates', 'agreement.accept')
       and k.person_id is not null and k.person_id <> acting_person() loop
    if o.kind = 'agreement.sign_dates' then
      insert into mail_signing (person_id, subject_id, made_at) values (o.person_id, d.id, now()) on conflict do nothing;
      continue when not found;
      told := told + 1;
      if tell_person(o.person_id, _surely) = 0 then perform defer_as('to_sign', '{{}}', o.person_id, null, _surely); end if;
    elsif _soon is not null then
      told := told + tell_person(o.person_id, _soon);
    end if;
  end loop;
  if d.in_force_at is null then return told; end if;
  for o in insert into news ({COLUMNS})
    select distinct on (p.contact_id) d.company_id, gen_random_uuid(), s.state_zone_id, d.mission_id, p.contact_id,
           'agreement.dates_changed', d.id, {TODAY}, now()
      from participation p join strand s on (s.company_id, s.mission_id) = (p.company_id, p.mission_id)
       and (p.strand_id is null or s.id = p.strand_id)
     where (p.company_id, p.mission_id) = (d.company_id, d.mission_id) and p.role = 'manager' and p.accepted_at is not null
       and (p.until_at is null or p.until_at > now())
     order by p.contact_id, s.position
    on conflict do nothing returning company_id, contact_id
  loop
    continue when _soon is null;
    told := told + coalesce((select tell_person(k.person_id, _soon) from contact k
      where (k.company_id, k.id) = (o.company_id, o.contact_id) and k.person_id is not null), 0);
  end loop;
  return told;
end $$
"""

# One more reading of a private calendar address: sixty in an hour, then none before the time that this tells.
TAKE_FEED = f"""
create function take_feed(_hash bytea) returns timestamptz language sql {DEFINER} as $$
  update calendar_feed f
     set counted_from = case when f.counted_from > now() - interval '1 hour' then f.counted_from else now() end,
         reads = case when f.counted_from > now() - interval '1 hour' then f.reads + 1 else 1 end
   where f.token_hash = _hash
  returning case when f.reads > 60 then f.counted_from + interval '1 hour' end
$$
"""

FUNCTIONS = {
    "tell_news(text, uuid, uuid, uuid[], timestamptz)": (TELL_NEWS, APP),
    "news_told(uuid[])": (NEWS_TOLD, APP),
    "gather_due()": (GATHER, JOBS),
    "tell_all_news()": (TELL_ALL, JOBS),
    "tell_of_dates(uuid, timestamptz, timestamptz)": (TELL_DATES, APP),
    "take_feed(bytea)": (TAKE_FEED, APP),
}


def upgrade() -> None:
    op.create_table(
        "news",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("zone_id", sa.Uuid(), nullable=False),
        sa.Column("mission_id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("told_at", TIME, nullable=True),
        sa.CheckConstraint(f"kind in ({', '.join(repr(k) for k in KINDS)})", name=op.f("ck_news_kind")),
        *(
            sa.ForeignKeyConstraint(
                ["company_id", f"{table}_id"],
                [f"{table}.company_id", f"{table}.id"],
                name=op.f(f"fk_news_company_id_{table}_id"),
            )
            for table in ("zone", "mission", "contact")
        ),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_news")),
    )
    op.create_index("ix_news_zone", "news", ["company_id", "zone_id"])
    op.create_index(
        "uq_news_once", "news", ["company_id", "contact_id", "kind", "subject_id", "day"], unique=True
    )
    op.add_column("calendar_feed", sa.Column("counted_from", TIME, nullable=True))
    op.add_column("calendar_feed", sa.Column("reads", sa.Integer(), server_default="0", nullable=False))
    wall(op, "news")
    rewall(op, "calendar_feed")
    op.execute(f"revoke insert, update, delete on news from {APP}")
    op.execute("grant insert, update, delete on news to trialogue_system")
    op.execute("grant update on calendar_feed to trialogue_system")
    with as_system(op):
        op.execute("drop function tell_of_seal(uuid)")
        for signature, (body, caller) in FUNCTIONS.items():
            op.execute(body)
            op.execute(f"grant execute on function {signature} to {caller}")


def downgrade() -> None:
    with as_system(op):
        for signature in reversed(FUNCTIONS):
            op.execute(f"drop function {signature}")
        op.execute(import_module("migrations.versions.0022_files").TELL_OF_SEAL)
        op.execute(f"grant execute on function tell_of_seal(uuid) to {APP}")
    op.execute("revoke update on calendar_feed from trialogue_system")
    op.execute("drop policy system_rows on calendar_feed")
    op.drop_column("calendar_feed", "reads")
    op.drop_column("calendar_feed", "counted_from")
    op.drop_table("news")
