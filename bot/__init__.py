"""What drawbell does: the way of a round, from IRCC's feed to a chat.

    adapters/ircc/fetch       bytes of the official feed, or "unchanged"
      | adapters/ircc/parse   typed rounds, doubtful ones, unreadable rows
      | core/detect           what is new, held, revised, or only a baseline
      | core/alerts + match   one decision for each distinct audience, with its reason
      | storage/outbox        round, decisions and deliveries in one transaction
      | pipeline/deliver      claim, send, settle
      | wording/alerts        facts into the reader's language
      | adapters/<platform>   the chat

`pipeline/poll` drives the first half, `pipeline/deliver` the second; a crash between any two
steps loses nothing, because only committed outbox rows are ever sent.
"""
