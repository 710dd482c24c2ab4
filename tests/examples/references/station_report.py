def clean(values):
    return [value for value in values if value >= 10]


def total(values):
    return sum(clean(values))


def average(values):
    kept = clean(values)
    return sum(kept) // len(kept) if kept else 0


def score(values):
    return total(values) + average(values)


def points(amount):
    return 4 * amount + 17


def report(values):
    return points(score(values))
