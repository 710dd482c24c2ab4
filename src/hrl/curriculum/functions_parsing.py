"""Families about the parsing of small formats."""

from __future__ import annotations

from hrl.curriculum.phrasing import change, value
from hrl.curriculum.problem import Family

F = Family
PARSING_FAMILIES: tuple[Family, ...] = (
    F(
        "hex_color",
        "t_hex",
        "tuple[int, int, int]",
        value(
            'the red, green and blue part of the color $t_hex (like "#ff8000") as a tuple of three numbers '
            "from 0 to 255",
            'a tuple (red, green, blue) of whole numbers for $t_hex, a "#" followed by two hexadecimal '
            "digits for each color",
        ),
        "return tuple(int($t_hex[i:i + 2], 16) for i in (1, 3, 5))",
        names=("parse_color", "rgb"),
    ),
    F(
        "file_ending",
        "t_path",
        "str",
        value(
            'what follows the last dot in the last part of the path $t_path (parts are separated by "/"), '
            "in lower case",
            "the lower-case ending of the file name in $t_path: the text after its last dot, where folders "
            'end in "/"',
            edge="Without a dot in the file's name that is an empty string; dots in folders do not count.",
        ),
        """\
last = $t_path.split("/")[-1]
return last.split(".")[-1].lower() if "." in last else \"\"""",
        names=("file_ending", "extension"),
    ),
    F(
        "signed_total",
        "t_sum",
        "int",
        value(
            "the value of $t_sum, a text of whole numbers with plus and minus signs between them like "
            '"12-3+40"',
            'the result of the additions and subtractions in the text $t_sum, for example 49 for "12-3+40"',
            edge="There may be a minus sign in front, and an empty text gives 0.",
        ),
        'return sum(int(x) for x in $t_sum.replace("-", "+-").split("+") if x)',
        names=("signed_total", "add_up"),
    ),
    F(
        "cell_position",
        "t_cell",
        "tuple[int, int]",
        value(
            "the row and the column of the spreadsheet cell $t_cell, a capital letter and a number like "
            '"C7", as a tuple of numbers that both start at 0',
            'a tuple (row, column) for $t_cell, an address such as "C7" with one letter for the column and '
            "a number for the row, both counted from 0",
            edge='So "A1" is (0, 0) and "C7" is (6, 2).',
        ),
        "return (int($t_cell[1:]) - 1, ord($t_cell[0]) - 65)",
        names=("cell_position", "locate"),
    ),
    F(
        "config_lines",
        "t_config",
        "dict[str, str]",
        change(
            'read the lines "key = value" of the text $t_config into a dictionary of strings',
            'turn $t_config, a text with one "key=value" setting on a line, into a dictionary from keys to '
            "values",
            edge='Spaces around keys and values are dropped, only the first "=" separates, the last line '
            'for a key counts, and lines without "=" or with "#" as first character after spaces are '
            "skipped.",
        ),
        """\
out = {}
for line in $t_config.split("\\n"):
    key, mark, setting = line.partition("=")
    if mark and not key.strip().startswith("#"):
        out[key.strip()] = setting.strip()
return out""",
        names=("read_config", "parse_settings"),
        level="medium",
    ),
    F(
        "query_lists",
        "t_query",
        "dict[str, list[str]]",
        change(
            'turn the query string $t_query, like "a=1&b=2&a=3", into a dictionary from each key to the '
            "list of its values in order",
            'collect from $t_query, whose parts "key=value" are separated by "&", the list of values for '
            "each key",
            edge='A part without "=" has an empty string as its value, "+" in a value stands for a space, '
            "and an empty text gives an empty dictionary.",
        ),
        """\
out = {}
for part in $t_query.split("&"):
    if part:
        key, _, found = part.partition("=")
        out.setdefault(key, []).append(found.replace("+", " "))
return out""",
        names=("parse_query", "query_values"),
        level="medium",
    ),
    F(
        "compare_versions",
        "t_version t_version2",
        "int",
        value(
            'the order of the version numbers $t_version and $t_version2 (like "1.10.2"): -1 if the first '
            "one is older, 1 if it is newer, 0 if they are equal",
            "1 if version $t_version is higher than version $t_version2, -1 if it is lower and 0 if neither, "
            "comparing the numbers between the dots from left to right",
            edge="Missing parts at the end count as 0.",
        ),
        """\
a = [int(x) for x in $t_version.split(".")]
b = [int(x) for x in $t_version2.split(".")]
size = max(len(a), len(b))
a += [0] * (size - len(a))
b += [0] * (size - len(b))
return (a > b) - (a < b)""",
        names=("compare_versions", "compare"),
        level="medium",
    ),
    F(
        "first_bad_bracket",
        "t_brackets",
        "int",
        value(
            "the index of the first closing bracket in $t_brackets that does not fit the last bracket still "
            "open",
            "where in $t_brackets, counted from 0, the first closing bracket stands that is wrong: it "
            "matches no open bracket or the last open one is of another kind",
            edge="Brackets are (), [] and {}; without such a place the result is the length of the text if "
            "brackets stay open, and otherwise -1.",
        ),
        """\
waiting = []
for i, x in enumerate($t_brackets):
    if x in "([{":
        waiting.append(")]}"["([{".index(x)])
    elif x in ")]}" and (not waiting or waiting.pop() != x):
        return i
return len($t_brackets) if waiting else -1""",
        names=("first_bad_bracket", "bad_bracket"),
        level="medium",
    ),
    F(
        "roman_order",
        "t_romans",
        "list[str]",
        change(
            "sort the roman numerals in $t_romans by the numbers that they stand for, smallest first",
            "order $t_romans, a list of roman numerals such as XIV, by value in ascending order",
            edge="They stay in capital letters and remain roman.",
        ),
        """\
def number(numeral):
    digits = [{"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}[x] for x in numeral]
    return sum(-a if a < b else a for a, b in zip(digits, digits[1:] + [0]))
return sorted($t_romans, key=number)""",
        names=("roman_order", "sort_chapters"),
        level="medium",
    ),
    F(
        "csv_fields",
        "t_csv",
        "list[str]",
        change(
            "split the CSV line $t_csv at its commas, except for those between double quotes",
            "take apart the line $t_csv of a CSV file, with fields perhaps in double quotes, into the list "
            "of its fields",
            edge="The quotes around a field are removed, and a doubled quote inside a quoted field stands "
            "for one quote; an empty line has one empty field.",
        ),
        """\
out = [""]
quoted = False
i = 0
while i < len($t_csv):
    x = $t_csv[i]
    if x == '"' and quoted and $t_csv[i + 1:i + 2] == '"':
        out[-1] += '"'
        i += 1
    elif x == '"':
        quoted = not quoted
    elif x == "," and not quoted:
        out.append("")
    else:
        out[-1] += x
    i += 1
return out""",
        names=("csv_fields", "split_csv"),
        level="hard",
    ),
    F(
        "sums_first",
        "t_expr",
        "int",
        value(
            "the value of the expression $t_expr of whole numbers, +, -, * and round brackets, where, other "
            "than usual, + and - are done before *",
            'the number that $t_expr comes to if + and - bind tighter than * (so that "2*3+1" is 8), with '
            "brackets working as usual",
            edge="Operators of the same kind are done from left to right; there are no spaces and no signs "
            "in front of numbers.",
        ),
        """\
def atom(i):
    if $t_expr[i] == "(":
        result, i = product(i + 1)
        return result, i + 1
    j = i
    while j < len($t_expr) and $t_expr[j].isdigit():
        j += 1
    return int($t_expr[i:j]), j
def total(i):
    result, i = atom(i)
    while i < len($t_expr) and $t_expr[i] in "+-":
        sign = 1 if $t_expr[i] == "+" else -1
        right, i = atom(i + 1)
        result += sign * right
    return result, i
def product(i):
    result, i = total(i)
    while i < len($t_expr) and $t_expr[i] == "*":
        right, i = total(i + 1)
        result *= right
    return result, i
return product(0)[0]""",
        names=("evaluate", "sums_first"),
        level="hard",
    ),
    F(
        "expand_groups",
        "t_groups",
        "str",
        change(
            'write out $t_groups, in which a group "(...)n" stands for n copies of what is between the '
            "brackets",
            'expand the text $t_groups: replace every group in brackets, like "(ab)3", by as many copies of '
            "its content as the digit behind it says",
            edge="Groups may stand in groups, behind each stands exactly one digit, which may be 0, and "
            "other digits do not occur.",
        ),
        """\
stack = [""]
for x in $t_groups:
    if x == "(":
        stack.append("")
    elif x.isdigit():
        group = stack.pop()
        stack[-1] += group * int(x)
    elif x != ")":
        stack[-1] += x
return stack[0]""",
        names=("expand", "unpack"),
        level="hard",
    ),
    F(
        "tree_parents",
        "t_tree",
        "dict[str, str]",
        value(
            'a dictionary from each name in the tree $t_tree to its parent, where "a(b,c(d))" means that a '
            "has the children b and c, and c the child d",
            "for every name of $t_tree but the root the name directly above it, as a dictionary; the "
            'children of a name stand behind it in brackets, separated by commas, like in "a(b,c(d))"',
            edge="All names are different words, and the root is no key of the result.",
        ),
        """\
out = {}
above = []
name = ""
for x in $t_tree + ",":
    if x not in "(),":
        name += x
        continue
    if name and above:
        out[name] = above[-1]
    if x == "(":
        above.append(name)
    elif x == ")":
        above.pop()
    name = ""
return out""",
        names=("parents", "tree_parents"),
        level="hard",
    ),
)
