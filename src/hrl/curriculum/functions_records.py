"""Families about records, joins and tables."""

from __future__ import annotations

from hrl.curriculum.phrasing import change, value
from hrl.curriculum.problem import Family

F = Family
RECORD_FAMILIES: tuple[Family, ...] = (
    F(
        "names_of_age",
        "t_people",
        "list[str]",
        value(
            'the names of all in $t_people who are at least $K years old, in alphabetical order ("name" and '
            '"age" are keys of each dictionary)',
            'an alphabetical list of the "name" of every dictionary in $t_people whose "age" is $K or more',
        ),
        'return sorted(x["name"] for x in $t_people if x["age"] >= $K)',
        {"K": (18, 25)},
        ("names_of_age", "grown_ups"),
    ),
    F(
        "rename_fields",
        "t_record t_renames",
        "dict[str, int]",
        change(
            "rename the keys of $t_record as $t_renames says, which maps old names to new ones",
            "give the keys of the dictionary $t_record the new names that $t_renames has for them",
            edge="Keys without a new name stay, the values and the order too, and $t_record itself is not "
            "changed.",
        ),
        "return {$t_renames.get(x, x): y for x, y in $t_record.items()}",
        names=("rename_fields", "rename"),
    ),
    F(
        "missing_fields",
        "t_record t_required",
        "list[str]",
        value(
            "the names in $t_required that $t_record has no value for, in the order of $t_required",
            "a list of those fields of $t_required that are missing in the dictionary $t_record, in their "
            "order",
            edge="A field whose value is 0 counts as missing.",
        ),
        "return [x for x in $t_required if not $t_record.get(x)]",
        names=("missing_fields", "missing"),
    ),
    F(
        "join_payments",
        "t_customers t_payments",
        "list[tuple[str, int]]",
        value(
            "all pairs (name, amount) where $t_customers has an entry (number, name) and $t_payments an "
            "entry (number, amount) with the same number",
            "the join of $t_customers, pairs of number and name, with $t_payments, pairs of number and "
            "amount, on the number, as a list of (name, amount)",
            edge="They come in the order of $t_customers, and for one customer in the order of $t_payments.",
        ),
        """\
return [(name, amount) for i, name in $t_customers for j, amount in $t_payments if i == j]""",
        names=("join_payments", "join_tables"),
    ),
    F(
        "order_cost",
        "t_orders",
        "int",
        value(
            "what $t_orders cost together, each given as (name, count, price of one), with $M percent off "
            "for entries of $K pieces or more",
            "the total of count times price over $t_orders, a list of (name, count, price), where an entry "
            "with a count of at least $K is $M percent cheaper",
            edge="The discount is rounded down to a whole number for each entry.",
        ),
        """\
total = 0
for _, count, price in $t_orders:
    cost = count * price
    if count >= $K:
        cost -= cost * $M // 100
    total += cost
return total""",
        {"K": (3, 10), "M": (5, 40)},
        ("order_cost", "checkout"),
        level="medium",
    ),
    F(
        "average_by_city",
        "t_people",
        "dict[str, int]",
        value(
            'the average "age" for each "city" in $t_people, rounded down, as a dictionary from city to '
            "number",
            'a dictionary that maps every "city" of the dictionaries in $t_people to the mean "age" there, '
            "rounded down to a whole number",
        ),
        """\
groups = {}
for x in $t_people:
    groups.setdefault(x["city"], []).append(x["age"])
return {x: sum(y) // len(y) for x, y in groups.items()}""",
        names=("average_by_city", "mean_ages"),
        level="medium",
    ),
    F(
        "best_sellers",
        "t_sales",
        "dict[str, str]",
        value(
            "a dictionary from each shop in $t_sales, a list of (shop, item, amount), to the item of its "
            "entry with the largest amount",
            "for every shop the item of its biggest single sale, where $t_sales has entries (shop, item, "
            "amount)",
            edge="Amounts are not added up, and of equal ones the first entry counts.",
        ),
        """\
best = {}
for shop, item, amount in $t_sales:
    if shop not in best or amount > best[shop][1]:
        best[shop] = (item, amount)
return {shop: item for shop, (item, _) in best.items()}""",
        names=("best_sellers", "top_items"),
        level="medium",
    ),
    F(
        "paid_totals",
        "t_customers t_payments",
        "dict[str, int]",
        value(
            "a dictionary from each name in $t_customers, pairs (number, name), to the sum of the amounts in "
            "$t_payments, pairs (number, amount), with that number",
            "how much each customer has paid, by name: $t_customers lists (number, name), and $t_payments "
            "lists (number, amount)",
            edge="Who has paid nothing gets 0, and payments with an unknown number are left out.",
        ),
        """\
names = dict($t_customers)
out = dict.fromkeys(names.values(), 0)
for key, amount in $t_payments:
    if key in names:
        out[names[key]] += amount
return out""",
        names=("paid_totals", "balances"),
        level="medium",
    ),
    F(
        "record_changes",
        "t_record t_record2",
        "dict[str, tuple[int | None, int | None]]",
        value(
            "a dictionary with the keys whose values differ in $t_record and $t_record2, each with the "
            "tuple of its first and its second value",
            "the differences of the dictionaries $t_record and $t_record2: for each key that does not have "
            "the same value in both, the pair (value in the first, value in the second)",
            edge="A key that is missing on one side has None there.",
        ),
        """\
out = {}
for x in {**$t_record, **$t_record2}:
    pair = ($t_record.get(x), $t_record2.get(x))
    if pair[0] != pair[1]:
        out[x] = pair
return out""",
        names=("changes", "diff_records"),
        level="medium",
    ),
    F(
        "shared_ranks",
        "t_scores",
        "dict[str, int]",
        value(
            "the rank of each name in $t_scores, pairs (name, points), as a dictionary: 1 plus the number "
            "of players with more points",
            "a dictionary from every name in the list $t_scores of (name, points) to its place, where most "
            "points are place 1, equal points share a place and the places after them are left out",
        ),
        """\
out = {}
for name, points in $t_scores:
    out[name] = 1 + sum(other > points for _, other in $t_scores)
return out""",
        names=("ranks", "places"),
        level="medium",
    ),
    F(
        "pivot_table",
        "t_sales",
        "list[list[str | int]]",
        value(
            "a table of $t_sales, a list of (shop, item, amount): a first row with an empty string and all "
            "items, then for each shop a row with the shop and its total amount of each item",
            "the entries (shop, item, amount) of $t_sales as a list of rows with one row a shop, one column "
            "an item and the summed amounts in them, under a heading row that begins with an empty string",
            edge="Shops and items are in alphabetical order; where nothing was sold stands 0.",
        ),
        """\
shops = sorted({x[0] for x in $t_sales})
items = sorted({x[1] for x in $t_sales})
sums = {}
for shop, item, amount in $t_sales:
    sums[shop, item] = sums.get((shop, item), 0) + amount
out = [["", *items]]
for shop in shops:
    out.append([shop, *(sums.get((shop, item), 0) for item in items)])
return out""",
        names=("pivot", "pivot_table"),
        level="hard",
    ),
    F(
        "task_order",
        "t_needs",
        "list[str]",
        value(
            "an order of the tasks in $t_needs, a dictionary from each task to those that must come before "
            "it, taking at each step the alphabetically first task that may come next",
            "the keys of $t_needs in an order in which each comes after all names in its list; whenever "
            "several could come next, the first of them in the alphabet does",
            edge="If there is no such order for all of them, the result is an empty list.",
        ),
        """\
out = []
while len(out) < len($t_needs):
    ready = []
    for task, earlier in $t_needs.items():
        if task not in out and all(x in out for x in earlier):
            ready.append(task)
    if not ready:
        return []
    out.append(min(ready))
return out""",
        names=("task_order", "plan"),
        level="hard",
    ),
    F(
        "replay_log",
        "t_log",
        "dict[str, int]",
        value(
            'the dictionary that comes out of the entries (action, key, number) of $t_log: "set" gives the '
            'key that number, "add" adds it to the number of the key, "undo" takes back the last action '
            "that still holds",
            "what an empty dictionary becomes when the steps of $t_log, tuples (action, key, number), are "
            'done in order: "set" stores the number under the key, "add" raises the number there, and '
            '"undo" cancels the latest step that is not yet cancelled',
            edge='A key that is new to "add" starts at 0, and "undo" without such a step does nothing and '
            "cannot be undone itself.",
        ),
        """\
out = {}
history = []
for action, key, number in $t_log:
    if action != "undo":
        history.append(out)
        before = out.get(key, 0) if action == "add" else 0
        out = {**out, key: before + number}
    elif history:
        out = history.pop()
return out""",
        names=("replay", "apply_log"),
        level="hard",
    ),
)
