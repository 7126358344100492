"""The headings of the context file, who tells the job, the kinds of its waits, how long its texts may be."""

from tenants.policy import Role

JOB = ("tasks", "technical", "results")
STAKES = ("sector", "market", "strategic", "commercial")
HEADINGS = (*JOB, *STAKES)
CAREER = ("career", "sectors", "posts")
COMPANY, MENTOR = "company", "mentor"
QUESTION, CONFIRM, POSITION = "context.question", "context.confirm", "context.position"
TELLERS = (Role.MENTEE, Role.MANAGER)
STEPS = 4
# Characters. Live text beyond is kept and marked; the act that fixes it is refused until it is shortened.
LIMITS = {
    "job_sheet": 2_000,
    "sheet": 2_000,
    "question": 400,
    "answer": 4_000,
    "note": 8_000,
    "position": 800,
}
