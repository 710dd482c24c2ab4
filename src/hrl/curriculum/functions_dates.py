"""Families about dates and times, by arithmetic and without `datetime`."""

from __future__ import annotations

from hrl.curriculum.phrasing import change, test, value
from hrl.curriculum.problem import Family

F = Family
DATE_FAMILIES: tuple[Family, ...] = (
    F(
        "minutes_of_day",
        "t_clock",
        "int",
        value(
            'the number of minutes from midnight to $t_clock, a time of day like "07:30"',
            'how many minutes of the day have gone by at $t_clock, which has the form "HH:MM"',
            'the time $t_clock ("HH:MM", 24 hours) in minutes after midnight',
        ),
        'hours, minutes = $t_clock.split(":")\nreturn int(hours) * 60 + int(minutes)',
        names=("minutes_of_day", "to_minutes"),
    ),
    F(
        "twelve_hour",
        "t_clock",
        "str",
        change(
            'convert the 24-hour time $t_clock ("HH:MM") to a 12-hour one like "3:05 pm", without a leading '
            "zero",
            'rewrite $t_clock, a time like "15:05", with am and pm: "3:05 pm", the hour without a leading '
            "zero",
            edge='Midnight is "12:00 am" and noon "12:00 pm".',
        ),
        """\
hour = int($t_clock[:2])
half = "am" if hour < 12 else "pm"
return f"{(hour + 11) % 12 + 1}:{$t_clock[3:]} {half}\"""",
        names=("twelve_hour", "with_am_pm"),
    ),
    F(
        "short_date",
        "t_iso",
        "str",
        change(
            'convert the date $t_iso from the form "2024-03-05" to the form "5 Mar 2024", without leading '
            "zeros",
            'write $t_iso ("YYYY-MM-DD") as the day without a leading zero, the first three letters of the '
            'English month and the year, like "5 Mar 2024"',
        ),
        """\
year, month, day = $t_iso.split("-")
place = int(month) * 3
month = "JanFebMarAprMayJunJulAugSepOctNovDec"[place - 3:place]
return f"{int(day)} {month} {year}\"""",
        names=("short_date", "readable_date"),
    ),
    F(
        "quarter_label",
        "t_iso",
        "str",
        value(
            'the quarter of the year that the date $t_iso ("YYYY-MM-DD") lies in, as text like "2024-Q1"',
            'the year of $t_iso, "-Q" and the number of its quarter (January to March are 1), where $t_iso '
            'is a date like "2024-03-05"',
        ),
        'return $t_iso[:4] + "-Q" + str((int($t_iso[5:7]) + 2) // 3)',
        names=("quarter", "quarter_label"),
    ),
    F(
        "open_at",
        "t_clock",
        "bool",
        test(
            'a shop that opens at $K:00 and closes at $M:00 is open at $t_clock ("HH:MM", 24 hours)',
            'the time $t_clock, given as "HH:MM", is not before $K:00 and is before $M:00',
            edge="At exactly $M:00 the answer is False.",
        ),
        "return $K <= int($t_clock[:2]) < $M",
        {"K": (7, 10), "M": (17, 20)},
        ("is_open", "open_at"),
        {"t_clock": "t_open"},
    ),
    F(
        "add_minutes",
        "t_clock t_shift",
        "str",
        value(
            'the time of day $t_shift minutes after $t_clock, both times in the form "HH:MM"',
            'what a 24-hour clock shows ("HH:MM") $t_shift minutes after it shows $t_clock',
            '$t_clock plus $t_shift minutes as a 24-hour time with two digits each, like "08:05"',
            edge="After 23:59 comes 00:00, and a negative number of minutes goes back.",
        ),
        """\
total = (int($t_clock[:2]) * 60 + int($t_clock[3:]) + $t_shift) % 1440
return f"{total // 60:02d}:{total % 60:02d}\"""",
        names=("add_minutes", "later"),
        level="medium",
    ),
    F(
        "duration_text",
        "t_seconds",
        "str",
        change(
            'write $t_seconds seconds as days, hours, minutes and seconds like "1d 2h 5s", without parts '
            "that are zero",
            'convert a duration of $t_seconds seconds to text such as "2h 5m 1s" with the units d, h, m and '
            "s, largest first, leaving out every unit whose number is 0",
            edge='No seconds at all give "0s".',
        ),
        """\
out = []
rest = $t_seconds
for unit, size in (("d", 86400), ("h", 3600), ("m", 60), ("s", 1)):
    if rest >= size:
        out.append(f"{rest // size}{unit}")
        rest = rest % size
return " ".join(out) or "0s\"""",
        names=("duration", "spell_out"),
        level="medium",
    ),
    F(
        "days_left_in_month",
        "t_iso",
        "int",
        value(
            'how many days of its month come after the date $t_iso, given as "YYYY-MM-DD"',
            'the number of days from $t_iso (like "2024-02-27") to the last day of the same month',
            edge="Years divisible by 4 are leap years, but of those divisible by 100 only the ones divisible "
            "by 400.",
        ),
        """\
year, month, day = map(int, $t_iso.split("-"))
leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
days = 28 + leap if month == 2 else 30 if month in (4, 6, 9, 11) else 31
return days - day""",
        names=("days_left", "remaining_days"),
        level="medium",
    ),
    F(
        "clock_gap",
        "t_clock t_clock2",
        "int",
        value(
            'the minutes between $t_clock and $t_clock2 on a 24-hour clock ("HH:MM"), going the shorter way '
            "round, which may lead over midnight",
            "the smaller of the two distances in minutes between the times of day $t_clock and $t_clock2 "
            '("HH:MM"): forwards or backwards around the clock of 24 hours',
        ),
        """\
a = int($t_clock[:2]) * 60 + int($t_clock[3:])
b = int($t_clock2[:2]) * 60 + int($t_clock2[3:])
gap = abs(a - b)
return min(gap, 1440 - gap)""",
        names=("clock_gap", "gap"),
        level="medium",
    ),
    F(
        "peak_overlap",
        "t_bookings",
        "int",
        value(
            "the largest number of $t_bookings that run at the same time, each given as (start, end)",
            "how many of $t_bookings, pairs of start and end hour, run at once at the busiest moment",
            "the most rooms that $t_bookings, a list of (start, end) hours, need at once",
            edge="One that ends when another starts does not overlap with it; without any the result is 0.",
        ),
        """\
out = 0
for start, _ in $t_bookings:
    out = max(out, sum(a <= start < b for a, b in $t_bookings))
return out""",
        names=("peak", "rooms_needed"),
        level="medium",
    ),
    F(
        "free_hours",
        "t_bookings",
        "list[tuple[int, int]]",
        value(
            "the free times between $K and $M o'clock as (start, end) pairs in order, where $t_bookings "
            "lists the taken ones as (start, end) pairs of hours in any order",
            "a list of the gaps, as (start, end) in order of time, that $t_bookings (pairs of start and end "
            "hour, perhaps overlapping and unsorted) leave in the day from $K to $M o'clock",
            edge="Gaps are as long as possible and never empty; hours outside of the day are ignored.",
        ),
        """\
out = []
free = $K
for start, end in sorted($t_bookings):
    if min(start, $M) > free:
        out.append((free, min(start, $M)))
    free = max(free, end)
if free < $M:
    out.append((free, $M))
return out""",
        {"K": (6, 10), "M": (15, 20)},
        ("free_hours", "gaps"),
        level="hard",
    ),
    F(
        "days_between",
        "t_iso t_iso2",
        "int",
        value(
            'the number of days from $t_iso to $t_iso2, two dates like "2024-03-05"',
            'how many days after $t_iso the date $t_iso2 is, both as "YYYY-MM-DD"',
            '$t_iso2 minus $t_iso in days, where both are dates in the form "YYYY-MM-DD"',
            edge="It is negative if the second date is the earlier one; the Gregorian calendar applies.",
        ),
        """\
def days(text):
    year, month, day = map(int, text.split("-"))
    if month < 3:
        year -= 1
        month += 12
    leaps = year // 4 - year // 100 + year // 400
    return year * 365 + leaps + (month * 153 - 457) // 5 + day
return days($t_iso2) - days($t_iso)""",
        names=("days_between", "day_count"),
        level="hard",
    ),
    F(
        "nth_weekday",
        "t_year t_month",
        "str",
        value(
            'the date ("YYYY-MM-DD") of $W number $K in month $t_month of the year $t_year',
            "the day in month $t_month (1 to 12) of the year $t_year that is number $K among its days "
            'called $W, as text like "2024-03-05"',
            edge="The first such day of the month is number 1; the Gregorian calendar applies.",
        ),
        """\
names = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
base = $t_year - ($t_month < 3)
shift = (0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4)[$t_month - 1]
first = (base + base // 4 - base // 100 + base // 400 + shift + 1) % 7
day = 1 + (names.index("$W") - first) % 7 + 7 * ($K - 1)
return f"{$t_year}-{$t_month:02d}-{day:02d}\"""",
        {"K": (1, 4), "W": ("Monday", "Friday", "Sunday", "Thursday", "Tuesday", "Saturday", "Wednesday")},
        ("nth_weekday", "meeting_day"),
        level="hard",
    ),
)
