"""What runs inside a box: plain standard library, sent over the box's own standard input.

values that cross    `plain` what is plain, `scalars`, `codec`; `raising` exceptions; `text` for people
the box itself       `worker`, `line` to the host, `spare` the next job's process, `clock`, `processes`,
                     `namespaces`, `confine`
a job                `channel`, then `candidate`, which holds the program, or `tester`, which runs tests:
                     `program` reads them, `stubs` and `proxies` stand for the candidate, `names` puts them
                     in place, `cases` and `examples` run, `judging` says how a test ended, `shim` is pytest,
                     `guards` refuse what cannot be had here

These files never import the rest of the project. The host uses those that both sides need.
"""
