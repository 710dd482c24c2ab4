def doubled_gains(changes):
    return sum(change * 2 for change in changes if change > 0)
