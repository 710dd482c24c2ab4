def clean(values):
    return [value for value in values if value >= 10]


def total(values):
    return sum(values)


def average(values):
    return sum(values) // len(values) if values else 0


def summary(values):
    kept = clean(values)
    return (total(kept), average(kept))
