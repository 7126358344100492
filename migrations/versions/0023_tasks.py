"""One-time tasks: one act, one person, no account. Kinds of mails that a person has had enough of; what must be signed.

``enter()`` opens a task's transaction as its contact, in its company alone, while it is neither used, revoked nor expired
and that contact still sits in its mission. Everything else about a link is told by functions that name no content.
"""

from importlib import import_module

import sqlalchemy as sa
from alembic import op

from migrations.rls import as_system, wall

revision = "0023"
down_revision = "0022"

FIRST = import_module("migrations.versions.0001_foundations")
DEFINER = "security definer set search_path = pg_catalog, public"
TIME = sa.DateTime(timezone=True)
APP = "trialogue_app"

# Whose task it is sits in its mission still: a participation that ended ends every link with it.
SEATED = """exists (select from participation p
          where (p.company_id, p.mission_id, p.contact_id) = (t.company_id, t.mission_id, t.contact_id)
            and p.accepted_at is not null and (p.until_at is null or p.until_at > now()))"""
ENTER = FIRST.ENTER.replace("create function", "create or replace function").replace(
    "where t.token_hash = $1) w;",
    f"""where t.token_hash = $1
      union all select k.person_id, t.company_id from task t
        join contact k on (k.company_id, k.id) = (t.company_id, t.contact_id)
       where t.token_hash = $1 and t.used_at is null and t.revoked_at is null and t.expires_at > now()
         and {SEATED}) w;""",
)

TOLD = f"""
create function task_told(_hash bytea, out state text, out "do" text, out given text, out firm text, out company text,
  out language text, out used_at timestamptz) language sql stable {DEFINER} as $$
  select case when t.used_at is not null then 'used' when t.revoked_at is not null then 'revoked'
              when t.expires_at <= now() then 'expired' when not {SEATED} then 'ended' else 'open' end,
         t.do, k.given_name, c.firm_name, c.name, coalesce(n.language, 'fr'), t.used_at
    from task t join contact k on (k.company_id, k.id) = (t.company_id, t.contact_id)
    join company c on c.id = t.company_id left join person n on n.id = k.person_id
   where t.token_hash = _hash
$$
"""

# The same thing may have been sent in several mails: one line each, the latest link's.
MINE = f"""
create function my_tasks() returns table (id uuid, company text, firm text, "do" text, made_at timestamptz,
  expires_at timestamptz, state text) language sql stable {DEFINER} as $$
  select q.id, q.company, q.firm, q.do, q.made_at, q.expires_at, q.state from (
    select distinct on (t.company_id, t.contact_id, t.do, t.subject_id) t.id, c.name as company, c.firm_name as firm, t.do,
           t.made_at, t.expires_at,
           case when t.used_at is not null then 'used' when t.revoked_at is not null then 'revoked'
                when t.expires_at <= now() then 'expired' when not {SEATED} then 'ended' else 'open' end as state
      from task t join contact k on (k.company_id, k.id) = (t.company_id, t.contact_id)
      join company c on c.id = t.company_id
     where k.person_id = acting_person() and t.made_at > now() - interval '60 days'
     order by t.company_id, t.contact_id, t.do, t.subject_id, t.made_at desc) q
   order by q.made_at desc, q.id limit 50
$$
"""
REVOKE = f"""
create function revoke_my_task(_task uuid) returns boolean language plpgsql {DEFINER} as $$
declare o record;
begin
  select t.* into o from task t join contact k on (k.company_id, k.id) = (t.company_id, t.contact_id)
   where t.id = _task and k.person_id = acting_person();
  if not found then return false; end if;
  update task t set revoked_at = now()
   where (t.company_id, t.contact_id, t.do, t.subject_id) = (o.company_id, o.contact_id, o.do, o.subject_id)
     and t.used_at is null and t.revoked_at is null;
  return true;
end $$
"""

# Whoever signs in by a second factor, or by no code at all, has asked for more than a mailbox: no link does less.
WANTED = f"""
create function links_wanted() returns text language sql stable {DEFINER} as $$
  select case when p.codes_off or p.totp_secret is not null or is_strict(p.id) then 'never'
              when p.links <> 'role' then p.links
              when not exists (select from sign_in s where s.person_id = p.id and not s.pending and s.expires_at > now()
                                  and s.idle_until > now()) then 'absent' else 'role' end
    from person p where p.id = acting_person()
$$
"""

# What must be signed is written of at once, once each, whatever the day's mail and the rhythm; the day's own mail does.
TO_SIGN = f"""
create function tell_to_sign(_zone uuid, _at timestamptz) returns integer language plpgsql {DEFINER} as $$
declare o record; told integer := 0;
begin
  for o in select distinct k.person_id, a.subject_id from awaited a
      join contact k on (k.company_id, k.id) = (a.company_id, a.contact_id)
     where a.company_id = acting_company() and a.zone_id = _zone and a.zone_id = any (my_zones())
       and a.kind in ('agreement.sign', 'agreement.sign_dates') and k.person_id is not null
       and k.person_id <> acting_person() loop
    insert into mail_signing (person_id, subject_id, made_at) values (o.person_id, o.subject_id, now()) on conflict do nothing;
    continue when not found;
    told := told + 1;
    if tell_person(o.person_id, _at) = 0 then perform defer_as('to_sign', '{{}}', o.person_id, null, _at); end if;
  end loop;
  return told;
end $$
"""

# By the link under a mail: a kind that its reader wants no more of, or wants again; which are off now.
KINDS = f"""
create function mail_kinds_by_link(_hash bytea, _kind text, _on boolean) returns text[] language plpgsql {DEFINER} as $$
declare who uuid;
begin
  select s.person_id into who from mail_stop s where s.token_hash = _hash;
  if who is null then return null; end if;
  if _kind in ('agreement', 'objectives', 'roadmap', 'calendar', 'reading') then
    if _on then delete from mail_off o where o.person_id = who and o.kind = _kind;
    else insert into mail_off (person_id, kind) values (who, _kind) on conflict do nothing; end if;
  end if;
  return array(select o.kind from mail_off o where o.person_id = who order by o.kind);
end $$
"""

FORGET = f"""
create function forget_links() returns void language sql {DEFINER} as $$
  delete from task where expires_at < now() - interval '60 days';
  delete from mail_signing where made_at < now() - interval '400 days';
$$
"""

FUNCTIONS = {
    "task_told(bytea)": (TOLD, APP),
    "my_tasks()": (MINE, APP),
    "revoke_my_task(uuid)": (REVOKE, APP),
    "links_wanted()": (WANTED, APP),
    "tell_to_sign(uuid, timestamptz)": (TO_SIGN, APP),
    "mail_kinds_by_link(bytea, text, boolean)": (KINDS, APP),
    "forget_links()": (FORGET, "trialogue_jobs"),
}


def upgrade() -> None:
    _tables()
    op.add_column("person", sa.Column("links", sa.Text(), server_default="role", nullable=False))
    op.create_check_constraint(op.f("ck_person_links"), "person", "links in ('role', 'always', 'never')")
    wall(op, "task", "mail_off", "mail_signing")
    op.execute(f"revoke all on mail_signing from {APP}")
    op.execute("grant update, delete on task to trialogue_system")
    op.execute("grant insert, delete on mail_off, mail_signing to trialogue_system")
    with as_system(op):
        op.execute(ENTER)
        for signature, (body, caller) in FUNCTIONS.items():
            op.execute(body)
            op.execute(f"grant execute on function {signature} to {caller}")


def _tables() -> None:
    op.create_table(
        "task",
        sa.Column("company_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("zone_id", sa.Uuid(), nullable=False),
        sa.Column("mission_id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("do", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        sa.Column("used_at", TIME, nullable=True),
        sa.Column("revoked_at", TIME, nullable=True),
        *(
            sa.ForeignKeyConstraint(
                ["company_id", column],
                [f"{table}.company_id", f"{table}.id"],
                name=op.f(f"fk_task_company_id_{column}"),
            )
            for column, table in (
                ("zone_id", "zone"), ("mission_id", "mission"), ("contact_id", "contact"), ("made_by", "contact"),
            )
        ),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_task")),
    )  # fmt: skip
    op.create_index("uq_task_token", "task", ["token_hash"], unique=True)
    op.create_index("ix_task_zone", "task", ["company_id", "zone_id"])
    op.create_index(
        op.f("ix_task_company_id_contact_id_do_subject_id"),
        "task",
        ["company_id", "contact_id", "do", "subject_id"],
    )
    op.create_table(
        "mail_off",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "kind in ('agreement', 'objectives', 'roadmap', 'calendar', 'reading')",
            name=op.f("ck_mail_off_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_mail_off_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "kind", name=op.f("pk_mail_off")),
    )
    op.create_table(
        "mail_signing",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("made_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_mail_signing_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "subject_id", name=op.f("pk_mail_signing")),
    )


def downgrade() -> None:
    with as_system(op):
        for signature in reversed(FUNCTIONS):
            op.execute(f"drop function {signature}")
        op.execute(FIRST.ENTER.replace("create function", "create or replace function"))
    op.drop_constraint(op.f("ck_person_links"), "person")
    op.drop_column("person", "links")
    op.drop_table("mail_signing")
    op.drop_table("mail_off")
    op.drop_table("task")
