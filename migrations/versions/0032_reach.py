"""How far things reach: a file goes with what it was brought to, and is erased with it; a starting position is told
again for the objectives that came later; a mentee reads a later mentor's page before accepting them.
"""

from alembic import op

from migrations.rls import as_system

revision = "0032"
down_revision = "0031"

APP = "trialogue_app"
DEFINER = "security definer set search_path = pg_catalog, public"

# Only what was brought to a line of a roadmap, between two zones of one mission that the actor reads both.
MOVE_FILE = f"""
create function move_file(_file uuid, _zone uuid) returns boolean language plpgsql {DEFINER} as $$
begin
  update file f set zone_id = _zone
    from zone z
   where f.company_id = acting_company() and f.id = _file and f.purpose = 'contribution' and f.zone_id = any (my_zones())
     and z.company_id = f.company_id and z.id = _zone and z.mission_id = f.mission_id and z.id = any (my_zones());
  return found;
end $$
"""

# With each line of 0019 the files that were brought to it; the trigger of 0022 then tells whose bytes are left.
LINE = "    delete from contribution c where c.company_id = l.company_id and c.subject_id = l.id;"
FILES = (
    "    delete from file f using contribution c where c.company_id = l.company_id and c.subject_id = l.id"
    " and (f.company_id, f.id) = (c.company_id, c.file_id);\n"
)

# A round at a time: ``said_ids`` are those who have told what is not revealed yet. Revealed is what all have told.
OPEN = " and g.revealed_at is null for update"
TOLD = "     and l.author_id = any (said);"
BY_ALL = """     and l.author_id = any (said)
     and not exists (select from unnest(tellers) t where not exists (
       select from position_line o where o.company_id = c and o.strand_id = _strand and o.objective_id = l.objective_id
          and o.author_id = t and o.said_at is not null));"""
END = "  update position_grid g set revealed_at = _at where g.company_id = c and g.strand_id = _strand;"
ROUND = """  update position_grid g set revealed_at = case when moved > 0 then _at else g.revealed_at end, said_ids = '{}'
   where g.company_id = c and g.strand_id = _strand;"""
REVEALING = ((OPEN, " for update"), (TOLD, BY_ALL), (END, ROUND))

# For a mentee to whom a later mentor is announced, and who has come: what that mentor says of themselves, to be read
# before the mission starts with them. Nothing else of that person is told.
ANNOUNCED = f"""
create function announced_mentor_page(_participation uuid) returns jsonb language sql stable {DEFINER} as $$
  select p.texts from participation x
    join contact k on (k.company_id, k.id) = (x.company_id, x.contact_id)
    join mentor_page p on p.person_id = k.person_id
   where x.company_id = acting_company() and x.id = _participation and x.role = 'mentor' and not x.first_team
     and x.accepted_at is not null and x.until_at is null
     and exists (select from participation me where me.company_id = x.company_id and me.mission_id = x.mission_id
            and me.contact_id = acting_contact() and me.role = 'mentee'
            and (x.strand_id is null or me.strand_id = x.strand_id)
            and me.reads_from <= now() and (me.until_at is null or me.until_at > now()))
$$
"""
FUNCTIONS = {"move_file(uuid, uuid)": MOVE_FILE, "announced_mentor_page(uuid)": ANNOUNCED}


def upgrade() -> None:
    op.execute("grant update (zone_id), delete on file to trialogue_system")
    op.execute(
        "drop policy if exists moved on file"
    )  # a new database has it by 0022, which writes what is declared
    op.execute(
        "create policy moved on file as permissive for update to trialogue_system using (true) with check (true)"
    )
    op.execute("grant update (said_ids) on position_grid to trialogue_system")
    with as_system(op):
        for signature, body in FUNCTIONS.items():
            op.execute(body)
            op.execute(f"revoke all on function {signature} from public")
            op.execute(f"grant execute on function {signature} to {APP}")
        _rewrite("erase_withdrawn_lines", (LINE, FILES + LINE))
        _rewrite("reveal_positions", *REVEALING)
        op.execute("update position_grid set said_ids = '{}' where revealed_at is not null")


def downgrade() -> None:
    with as_system(op):
        _rewrite("reveal_positions", *((put, found) for found, put in REVEALING))
        _rewrite("erase_withdrawn_lines", (FILES + LINE, LINE))
        for signature in FUNCTIONS:
            op.execute(f"drop function {signature}")
    op.execute("revoke update (said_ids) on position_grid from trialogue_system")
    op.execute("drop policy moved on file")
    op.execute("revoke update (zone_id), delete on file from trialogue_system")


def _rewrite(name: str, *changes: tuple[str, str]) -> None:
    """The function as it stands, those passages changed. Raises ValueError if it has none of one."""
    body = op.get_bind().exec_driver_sql("select pg_get_functiondef(%s::regproc)", (name,)).scalar_one()
    for found, put in changes:
        if found not in body:
            raise ValueError(f"{name} does not say: {found}")
        body = body.replace(found, put)
    op.get_bind().exec_driver_sql(body.replace("%", "%%"))
