"""How a person is addressed; a mentor who is declined; what any later reader may open; since when one was away.

Nobody gains reading by a staff act alone, whatever the role: what 0014 settled for a later mentor of all strands is
settled for anybody who comes later to all of them. A mentor's strands are opened by their mentees' word, which may be
no; others' by a mentee who is there when they are announced, or who has said that they have seen it.
"""

from importlib import import_module

import sqlalchemy as sa
from alembic import op

from migrations.rls import as_system

revision = "0027"
down_revision = "0026"

SIGNING_IN, STRANDS = (
    import_module(f"migrations.versions.{name}") for name in ("0009_signing_in", "0014_strand_acceptance")
)
DEFINER = "security definer set search_path = pg_catalog, public"

# -- how a person is addressed: said once, by that person; beside their name wherever it is known --------------------

ADDRESSED = f"""
create function contact_addressed() returns trigger language plpgsql {DEFINER} as $$
begin
  new.form := (select p.form from person p where p.id = new.person_id);
  return new;
end $$
"""
PERSON_ADDRESSED = f"""
create function person_addressed() returns trigger language plpgsql {DEFINER} as $$
begin
  update contact k set form = new.form where k.person_id = new.id;
  return null;
end $$
"""
TRIGGERS = (
    """create trigger contact_addressed before insert or update of person_id on contact for each row
    execute function contact_addressed()""",
    """create trigger person_addressed after update of form on person for each row
    when (old.form is distinct from new.form) execute function person_addressed()""",
)
PEOPLE = ("acting_person(), p.reads_from)", "acting_person(), p.reads_from, k.form)")

# -- from when and what a later reader reads -------------------------------------------------------------------------

STRANDS_OPENED = f"""
create or replace function strands_opened(_company uuid, _participation uuid) returns uuid[] language sql stable {DEFINER} as $$
  select coalesce(array_agg(s.id order by s.position), '{{}}') from participation p
    join strand s on (s.company_id, s.mission_id) = (p.company_id, p.mission_id)
   where p.company_id = _company and p.id = _participation and case when p.role = 'mentor' then
     exists (select from participation e
        join announcement_seen a on (a.company_id, a.participation_id, a.contact_id) = (e.company_id, p.id, e.contact_id)
        where e.company_id = s.company_id and e.strand_id = s.id and e.role = 'mentee' and not a.declined)
     or (select min(e.announced_at) > p.reads_from and bool_or(e.accepted_at is not null) from participation e
          where e.company_id = s.company_id and e.strand_id = s.id and e.role = 'mentee')
   else
     -- what one reads already stays, also once its mentee has left
     (p.reads_from <= now() and s.id = any (p.opened_ids)) is true
     or exists (select from participation e
        left join announcement_seen a on (a.company_id, a.participation_id, a.contact_id) = (e.company_id, p.id, e.contact_id)
        where e.company_id = s.company_id and e.strand_id = s.id and e.role = 'mentee' and e.accepted_at is not null
          and (e.until_at is null or a.id is not null))
   end
$$
"""
SETTLED = ("q.role = 'mentor' and not q.first_team", "not q.first_team")
# A mentor whom all have declined reads nothing; else from the last word, if one of them was yes.
DATED = (
    ("select max(s.at), bool_or(s.at is null) into answered", "select case when bool_and(s.declined) then null else max(s.at) end, bool_or(s.at is null) into answered"),
    ("case when missing is distinct from false then null", "case when missing is distinct from false or answered is null then null"),
)  # fmt: skip
# A mentee who goes before a reader has begun leaves no strand open behind them.
LEAVING = (
    "  return p.contact_id;",
    """  update participation n set opened_ids = strands_opened(n.company_id, n.id)
   where n.company_id = p.company_id and n.mission_id = p.mission_id and p.role = 'mentee' and n.until_at is null
     and n.opened_ids is not null;
  return p.contact_id;""",
)
ANSWERING = (
    ("(_participation uuid)", "(_participation uuid, _declined boolean DEFAULT false)"),
    ("  insert into announcement_seen", """  if _declined and (p.role <> 'mentor' or exists (
      select from participation e where e.company_id = p.company_id and e.mission_id = p.mission_id and e.contact_id = me
         and e.role = 'mentee' and e.until_at is null and p.reads_from <= now()
         and (e.strand_id = p.strand_id or e.strand_id = any (p.opened_ids)))) then
    raise 'not to be declined' using errcode = 'insufficient_privilege';
  end if;
  insert into announcement_seen"""),
    ("contact_id, at)", "contact_id, at, declined)"),
    ("p.id, me, now()) on conflict do nothing;", """p.id, me, now(), _declined) on conflict do nothing;
  if found and _declined then perform tell_of_decline(p.company_id, p.id); end if;"""),
)  # fmt: skip
# Those who coordinate; where nobody does, those who own the firm. One mail each, acting as the one it tells.
TELL_OF_DECLINE = f"""
create function tell_of_decline(_company uuid, _participation uuid) returns void language sql {DEFINER} as $$
  with there as (select f.person_id, f.role from company c join staff f on f.firm_id = c.firm_id
    where c.id = _company and f.person_id is not null and f.accepted_at is not null and f.until_at is null)
  select defer_as('mentor_declined', jsonb_build_object('participation_id', _participation), t.person_id, _company)
    from there t where t.role = 'coordinator' or not exists (select from there o where o.role = 'coordinator')
$$
"""
CHECK = "ck_participation_opened"
LISTED = "first_team or strand_id is not null or reads_from is null or opened_ids is not null"

# -- what moved since one was last here ------------------------------------------------------------------------------

# A visit ends after half an hour without a page. Told to nobody but the person.
TOUCH_SIGN_IN = f"""
create or replace function touch_sign_in(_token bytea) returns void language sql {DEFINER} as $$
  {SIGNING_IN.TOUCH_SIGN_IN.split("$$")[1].strip()};
  update person p
     set away_since = case when p.visited_at < now() - interval '30 minutes' then p.visited_at else p.away_since end,
         visited_at = now()
    from sign_in s where s.token_hash = _token and not s.pending and p.id = s.person_id
     and (p.visited_at is null or p.visited_at < now() - interval '5 minutes')
$$
"""
# Counts, by the zones that the one rule gives in each company: no text, and nothing of what is not read. ``who`` is
# there when it was one person.
MY_MOVES = f"""
create function my_moves(_names text[]) returns table (company text, slug text, mission uuid, title text, mentees text[],
  name text, things bigint, who text, form text, last timestamptz)
language plpgsql {DEFINER} as $$
declare
  here text := current_setting('app.company_id', true);
  me text := current_setting('app.contact_id', true);
  since timestamptz := my_absence();
  zones uuid[];
  k record;
begin
  for k in select n.company_id, n.id from contact n where n.person_id = acting_person() loop
    perform set_config('app.company_id', k.company_id::text, true), set_config('app.contact_id', k.id::text, true);
    zones := my_zones_now();
    return query
      select c.name, c.slug, m.id, m.title,
             array(select e.given_name || ' ' || e.family_name from participation t
                join contact e on (e.company_id, e.id) = (t.company_id, t.contact_id)
               where t.company_id = m.company_id and t.mission_id = m.id and t.role = 'mentee' and t.until_at is null
               order by t.announced_at, t.id),
             g.name, g.things, b.given_name, b.form, g.last
        from (select z.mission_id, v.name, count(distinct v.subject_id) as things, max(v.at) as last,
                     case when count(distinct v.by_id) = 1 then min(v.by_id::text)::uuid end as by_id
                from event v join zone z on (z.company_id, z.id) = (v.company_id, v.zone_id)
               where v.company_id = k.company_id and v.zone_id = any (zones) and v.at > since and v.by_id <> k.id
                 and v.name = any (_names)
               group by z.mission_id, v.name) g
        join mission m on (m.company_id, m.id) = (k.company_id, g.mission_id)
        join company c on c.id = k.company_id
        left join contact b on (b.company_id, b.id) = (k.company_id, g.by_id);
  end loop;
  perform set_config('app.company_id', coalesce(here, ''), true), set_config('app.contact_id', coalesce(me, ''), true);
end $$
"""
# Since when the acting person was away: as far back as two months; a first visit, two weeks.
MY_ABSENCE = f"""
create function my_absence() returns timestamptz language sql stable {DEFINER} as $$
  select greatest(now() - interval '60 days', coalesce(
           case when p.visited_at < now() - interval '30 minutes' then p.visited_at else p.away_since end,
           now() - interval '14 days'))
    from person p where p.id = acting_person()
$$
"""
APP = "trialogue_app"
FORMS = "form in ('feminine', 'masculine')"


def upgrade() -> None:
    for table in ("person", "contact"):
        op.add_column(table, sa.Column("form", sa.Text(), nullable=True))
    op.create_check_constraint(op.f("ck_person_form"), "person", FORMS)
    for name in ("visited_at", "away_since"):
        op.add_column("person", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "announcement_seen", sa.Column("declined", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.drop_constraint(op.f(CHECK), "participation")
    with as_system(op):
        for body in (ADDRESSED, PERSON_ADDRESSED):
            op.execute(body)
        op.execute("grant execute on function contact_addressed(), person_addressed() to trialogue_owner")
        op.execute(STRANDS_OPENED)
        op.execute(TELL_OF_DECLINE)
        _rewrite("settle_reading", SETTLED)
        _rewrite("reading_date", *DATED)
        _rewrite("end_participation", LEAVING)
        _rewrite("see_announcement", *ANSWERING)
        op.execute("drop function see_announcement(uuid)")
        op.execute(f"grant execute on function see_announcement(uuid, boolean) to {APP}")
        _rewrite("my_missions_everywhere", PEOPLE)
        # who reads already reads, of the strands that were there, those whose mentee was there too
        op.execute(
            "update participation p set opened_ids = array(select s.id from strand s"
            " where (s.company_id, s.mission_id) = (p.company_id, p.mission_id) and exists (select from participation e"
            " where e.company_id = s.company_id and e.strand_id = s.id and e.role = 'mentee' and e.accepted_at is not null"
            " and (e.until_at is null or e.until_at > p.reads_from)) order by s.position)"
            " where role <> 'mentor' and not first_team and strand_id is null and reads_from is not null"
        )
        op.execute(TOUCH_SIGN_IN)
        op.execute(MY_ABSENCE)
        op.execute(MY_MOVES)
        op.execute(f"grant execute on function my_moves(text[]), my_absence() to {APP}")
    op.create_check_constraint(op.f(CHECK), "participation", LISTED)
    for trigger in TRIGGERS:
        op.execute(trigger)


def downgrade() -> None:
    op.execute("drop trigger person_addressed on person")
    op.execute("drop trigger contact_addressed on contact")
    op.drop_constraint(op.f(CHECK), "participation")
    with as_system(op):
        op.execute("drop function my_moves(text[])")
        op.execute("drop function my_absence()")
        op.execute(SIGNING_IN.TOUCH_SIGN_IN.replace("create function", "create or replace function"))
        _rewrite("my_missions_everywhere", PEOPLE, back=True)
        _rewrite("see_announcement", *ANSWERING, back=True)
        op.execute("drop function see_announcement(uuid, boolean)")
        op.execute(f"grant execute on function see_announcement(uuid) to {APP}")
        _rewrite("end_participation", LEAVING, back=True)
        _rewrite("reading_date", *DATED, back=True)
        _rewrite("settle_reading", SETTLED, back=True)
        op.execute("drop function tell_of_decline(uuid, uuid)")
        op.execute(STRANDS.STRANDS_OPENED.replace("create function", "create or replace function"))
        op.execute("update participation set opened_ids = null where role <> 'mentor'")
        op.execute("drop function person_addressed()")
        op.execute("drop function contact_addressed()")
    op.create_check_constraint(op.f(CHECK), "participation", f"role <> 'mentor' or {LISTED}")
    op.drop_column("announcement_seen", "declined")
    for name in ("away_since", "visited_at"):
        op.drop_column("person", name)
    op.drop_constraint(op.f("ck_person_form"), "person")
    for table in ("contact", "person"):
        op.drop_column(table, "form")


def _rewrite(name: str, *changes: tuple[str, str], back: bool = False) -> None:
    """Change words in a function as it stands, whatever step wrote it last: each first occurrence, once.

    Raises ValueError where the words are not there.
    """
    asked = "select pg_get_functiondef(%s::regproc)"
    body = op.get_bind().exec_driver_sql(asked, (name,)).scalar_one()
    for before, after in changes:
        old, new = (after, before) if back else (before, after)
        if old not in body:
            raise ValueError(f"{name}: {old}")
        body = body.replace(old, new, 1)
    op.get_bind().exec_driver_sql(body.replace("%", "%%"))
