"""Other programs beside ours: registering and adding up hours with each, on the same machine in one run.

`make bench-peers` runs it. The others live in an environment of their own, made from requirements/peers.txt. Each runs in
its own interpreter, is told line by line what to do, and says how many seconds that took; `serving` is its side of it.
"""
