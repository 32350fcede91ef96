"""What drawbell remembers: subscribers, rounds with revisions, announcements and the outbox.

unit_of_work    one transaction over all of it; each part below has its face there
engine, driver  the file, SQLite's settings, migrations, and the way to its thread
tables          the tables: people, rounds, delivery, process
types, facts    how values are kept in columns; `lookup` finds many rows at once

subscribers     people, with their profiles, audiences, addresses, places, links
  recipients    what platforms say of them; `forgetting` is for good
  troubles      groups that stopped working, until their owners have been told
rounds          with their revisions; sources and news are where they come from
outbox          the rules of a delivery; the steps that follow have a file each:
  deciding      who is told, and how urgently; unconfirmed: of what only news sites report
  leasing       taken, given back, settled; `waiting` says what can be taken
  alerts        what is to be said: readers, verdicts, follow_ups
  stories       what was decided for one person; missed in a pause; progress of them all
process         who runs, which loops live, what went wrong
"""
