"""Families about text and words."""

from __future__ import annotations

from hrl.curriculum.phrasing import change, value
from hrl.curriculum.problem import Family

F = Family
TEXT_FAMILIES: tuple[Family, ...] = (
    F(
        "indent_lines",
        "t_lines",
        "list[str]",
        change(
            "put $K spaces in front of each line of $t_lines",
            "indent the lines in the list $t_lines by $K spaces each",
            "shift every line of $t_lines to the right by $K spaces",
            edge="A line without any character stays empty.",
        ),
        'return [" " * $K + x if x else x for x in $t_lines]',
        {"K": (2, 12)},
        ("indent", "indent_lines"),
    ),
    F(
        "underline_heading",
        "t_title",
        "str",
        value(
            'the text $t_title, a line break, and "$C" as often as $t_title has characters',
            '$t_title followed by a newline and a line of "$C" that is exactly as long as $t_title',
            edge="For an empty text that is an empty string.",
        ),
        'if not $t_title:\n    return ""\nreturn $t_title + "\\n" + "$C" * len($t_title)',
        {"C": ("=", "-", "~", "*", "^", "#")},
        ("underline", "heading"),
    ),
    F(
        "article_for",
        "t_noun",
        "str",
        change(
            'put "an " before $t_noun if its first letter is one of a, e, i, o, u, and "a " otherwise',
            'give $t_noun its article: "an " in front if it starts with a vowel (a, e, i, o, u), else "a "',
            edge="An empty text stays empty.",
        ),
        'if not $t_noun:\n    return ""\nreturn ("an " if $t_noun[0] in "aeiou" else "a ") + $t_noun',
        names=("with_article", "article"),
    ),
    F(
        "surname_first",
        "t_name",
        "str",
        change(
            'move the last word of $t_name to the front, with ", " between it and the other words',
            'turn a name like "Ada May Fox" in $t_name into "Fox, Ada May": the last word, ", ", the others',
            edge="With fewer than two words $t_name stays as it is.",
        ),
        """\
words = $t_name.split()
if len(words) < 2:
    return $t_name
return words[-1] + ", " + " ".join(words[:-1])""",
        names=("surname_first", "invert_name"),
    ),
    F(
        "paragraph_heads",
        "t_lines",
        "list[str]",
        value(
            "the first line of each paragraph in $t_lines, without spaces around it",
            "a list of the stripped lines of $t_lines that begin a paragraph",
            "for every paragraph of $t_lines its first line, stripped of spaces on both sides",
            edge="Paragraphs are separated by one or more lines that are empty or have only spaces.",
        ),
        """\
out = []
before = ""
for x in $t_lines:
    if x.strip() and not before:
        out.append(x.strip())
    before = x.strip()
return out""",
        names=("paragraph_heads", "first_lines"),
    ),
    F(
        "wrap_words",
        "t_text",
        "list[str]",
        change(
            "break $t_text into lines of at most $K characters, with as many whole words on each as fit",
            "wrap the words of $t_text greedily into a list of lines that are no longer than $K characters",
            "fill lines of width $K with the words of $t_text, one space between two words, and list the "
            "lines",
            edge="The result is the list of lines; a longer word gets a line of its own.",
        ),
        """\
out = []
for x in $t_text.split():
    if out and len(out[-1]) + 1 + len(x) <= $K:
        out[-1] += " " + x
    else:
        out.append(x)
return out""",
        {"K": (6, 24)},
        ("wrap", "wrap_words"),
        level="medium",
    ),
    F(
        "dedent_lines",
        "t_lines",
        "list[str]",
        change(
            "remove from all lines of $t_lines as many leading spaces as the least indented line has",
            "take away the indentation that all lines of $t_lines have in common",
            "move the lines of $t_lines to the left, all by the same number of spaces, as far as possible",
            edge="Lines that are empty or have only spaces become empty and do not count.",
        ),
        """\
spaces = [len(x) - len(x.lstrip()) for x in $t_lines if x.strip()]
margin = min(spaces, default=0)
return [x[margin:] if x.strip() else "" for x in $t_lines]""",
        names=("dedent", "unindent"),
        level="medium",
    ),
    F(
        "dot_leaders",
        "d",
        "list[str]",
        value(
            "one line for each entry of $d: the name filled up with dots on the right to the length of the "
            "longest name, then the number filled up with dots on the left to $K characters",
            "the entries of $d as lines of a table with dots for spaces: names on the left, as wide as the "
            "longest of them, and numbers on the right in a column of $K characters",
            edge="The order stays that of the dictionary.",
        ),
        """\
wide = max(map(len, $d), default=0)
return [x.ljust(wide, ".") + str(y).rjust($K, ".") for x, y in $d.items()]""",
        {"K": (3, 12)},
        ("dot_leaders", "table_lines"),
        level="medium",
    ),
    F(
        "keyword_cipher",
        "t_message t_key",
        "str",
        change(
            "encrypt $t_message with the keyword $t_key: the lower-case letters are shifted in turn by the "
            "letters of $t_key (a is 0, b is 1 and so on), starting over when the keyword ends",
            "apply the Vigenère cipher with the key $t_key (a shifts by 0, b by 1, ...) to the lower-case "
            "letters of $t_message",
            edge="After z comes a; all other characters stay and use up no letter of the keyword.",
        ),
        """\
out = ""
place = 0
for x in $t_message:
    if "a" <= x <= "z":
        step = ord($t_key[place % len($t_key)]) - 97
        x = chr((ord(x) - 97 + step) % 26 + 97)
        place += 1
    out += x
return out""",
        names=("encrypt", "keyword_cipher"),
        level="medium",
    ),
    F(
        "fill_template",
        "t_template t_fields",
        "str",
        change(
            "replace each name in curly brackets in $t_template by its text in $t_fields",
            "fill in the template $t_template: where it has {name}, the value of that name in $t_fields goes",
            "put the values of $t_fields in the places of $t_template that are marked like {this}",
            edge='A name that is missing there gives "$U".',
        ),
        """\
parts = $t_template.split("{")
out = parts[0]
for part in parts[1:]:
    key, rest = part.split("}")
    out += $t_fields.get(key, "$U") + rest
return out""",
        {"U": ("?", "-", "none", "unknown", "empty")},
        ("fill", "render"),
        level="medium",
    ),
    F(
        "weighted_edits",
        "t_first t_second",
        "int",
        value(
            "the lowest cost of turning $t_first into $t_second, where inserting or deleting a letter costs "
            "$K and replacing a letter by another one costs $M",
            "the edit distance from $t_first to $t_second with a price of $K for an insertion or a deletion "
            "and of $M for a replacement",
        ),
        """\
row = [j * $K for j in range(len($t_second) + 1)]
for i, x in enumerate($t_first, 1):
    new = [i * $K]
    for j, y in enumerate($t_second, 1):
        changed = row[j - 1] + (0 if x == y else $M)
        new.append(min(changed, row[j] + $K, new[-1] + $K))
    row = new
return row[-1]""",
        {"K": (1, 6), "M": (1, 12)},
        ("edit_cost", "distance"),
        level="hard",
    ),
    F(
        "raggedness",
        "t_text",
        "int",
        value(
            "the smallest possible cost of breaking $t_text between words into lines of at most $K "
            "characters, where each line but the last costs the square of the characters that it falls "
            "short of $K",
            "the minimum, over all ways to wrap the words of $t_text at width $K, of the sum of the squared "
            "numbers of unused characters on all lines except the last",
            edge="Words on a line have one space between them, no word is longer than a line, and an empty "
            "text costs 0.",
        ),
        """\
words = $t_text.split()
best = [0] * (len(words) + 1)
for i in range(len(words) - 1, -1, -1):
    costs = []
    for j in range(i + 1, len(words) + 1):
        room = $K - len(" ".join(words[i:j]))
        if room >= 0:
            costs.append(best[j] + (0 if j == len(words) else room * room))
    best[i] = min(costs)
return best[0]""",
        {"K": (8, 18)},
        ("raggedness", "wrap_cost"),
        level="hard",
    ),
    F(
        "fewest_pieces",
        "t_joined t_vocab",
        "int",
        value(
            "the smallest number of pieces from $t_vocab that give $t_joined when written one after the "
            "other",
            "how few strings of $t_vocab one needs to spell out $t_joined by joining them",
            "the least number of parts that $t_joined can be cut into so that each part is in $t_vocab",
            edge="A piece may be used repeatedly; the result is -1 if it cannot be done and 0 for an empty "
            "text.",
        ),
        """\
best = [0]
for i in range(1, len($t_joined) + 1):
    found = [best[j] for j in range(i) if best[j] >= 0 and $t_joined[j:i] in $t_vocab]
    best.append(min(found) + 1 if found else -1)
return best[-1]""",
        names=("fewest_pieces", "cut"),
        level="hard",
    ),
)
