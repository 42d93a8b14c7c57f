"""Workers that die, sleep, come and go under brokers that do the same, compared with a replay of the same events.

`python -m tests.chaos --seed 1 --events 200000` runs one seed; docs/chaos.md tells what is compared. A run is:
`story` (what happens at the desk, and in which order it is told) and `plan` (what is done to whom, and when), both of
them nothing but their seed; `sender` tells the one, `run` does the other, `watch` looks at every worker all the time,
and `oracle` and `compare` say what must stand there whenever all is quiet.
"""
