"""A second desk that shares no code with Deskpulse: it lives through every moment and counts again from scratch.

Its input is the text of a policy (`policy`) and of messages (`event`). `recount` sorts out what repeats, and tells the
story of every subject: `ticket` and `contact` (what both have is in `story`), `survey`, `agent` and `customer`. `hours`
says when a desk is open, `window` what lies in a window. `report` writes the JSON of `replay` with the formulas of
`kpis`; `compare` says what differs. `policies`, `lives`, `plots` and `desks` draw what it is tried on.
"""
