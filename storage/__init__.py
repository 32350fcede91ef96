"""What drawbell remembers: subscribers, rounds with revisions, announcements and the outbox."""
