"""Families of single functions over strings: letters, words and their encodings."""

from __future__ import annotations

from hrl.curriculum.functions_layout import LAYOUT_FAMILIES
from hrl.curriculum.phrasing import change, test, value
from hrl.curriculum.problem import Family

F = Family
STRING_FAMILIES: tuple[Family, ...] = (
    F(
        "palindrome",
        "word",
        "bool",
        test(
            "$word is a palindrome",
            "$word reads the same backwards",
            "$word equals its reverse",
            "the characters of $word are the same from left to right as from right to left",
        ),
        "return $word == $word[::-1]",
        names=("is_palindrome", "palindrome"),
    ),
    F(
        "palindrome_ignoring_case",
        "s",
        "bool",
        test(
            "$s is a palindrome, ignoring case and spaces",
            "$s reads the same backwards when case and spaces are ignored",
            "$s, in lower case and without its spaces, equals its reverse",
        ),
        'out = $s.lower().replace(" ", "")\nreturn out == out[::-1]',
        names=("is_palindrome",),
    ),
    F(
        "reverse_text",
        "s",
        "str",
        value(
            "$s reversed",
            "a string of the characters of $s in reverse order",
            "the text that $s gives when read backwards",
        )
        + change(
            "reverse the string $s",
            "turn the text $s around, so that its last character comes first",
        ),
        "return $s[::-1]",
        names=("reverse", "backwards"),
    ),
    F(
        "reverse_words",
        "s",
        "str",
        value(
            "$s with the order of its words reversed",
            "the words of $s from the last to the first, as one text",
            edge="One space stands between two words of the result.",
        )
        + change(
            "reverse the order of the words in $s, with one space between each two",
            "put the words of $s in the opposite order, joined by single spaces, without changing "
            "the words themselves",
        ),
        'return " ".join($s.split()[::-1])',
        names=("reverse_words",),
    ),
    F(
        "count_vowels",
        "s",
        "int",
        (
            "Count the vowels in $s.",
            *value(
                "how many vowels $s has",
                "the number of vowels in $s",
                "the number of those characters of $s that are a, e, i, o or u",
                edge="Capital vowels count as well.",
            ),
            *change(
                "count the vowels in $s, capital ones included",
                "go through $s and count the letters a, e, i, o and u, no matter whether capital or small",
            ),
        ),
        'return sum(x in "aeiou" for x in $s.lower())',
        names=("count_vowels", "vowels"),
    ),
    F(
        "count_words",
        "s",
        "int",
        value(
            "how many words $s has",
            "the number of words in $s",
            "the number of pieces that spaces cut $s into, empty ones not counted",
        )
        + change(
            "count the words in $s",
            "split $s at its spaces and count the words that this gives",
        ),
        "return len($s.split())",
        names=("count_words", "word_count"),
    ),
    F(
        "count_letter",
        "s ch",
        "int",
        value(
            "how often the letter $ch occurs in $s",
            "the number of times $ch is in the text $s",
            "the number of characters of $s that are the letter $ch",
            edge="Upper and lower case count as the same.",
        )
        + change(
            "count the letter $ch in $s, ignoring case",
            "count the characters of $s that are $ch, no matter whether capital or small",
        ),
        "return $s.lower().count($ch.lower())",
        names=("count_letter",),
    ),
    F(
        "split_words",
        "s",
        "list[str]",
        value(
            "the list of words of $s",
            "the words in $s as a list",
            "a list of the pieces of $s between its spaces, without empty ones",
        )
        + change(
            "split $s into words",
            "take $s apart at its spaces and list the words",
        ),
        "return $s.split()",
        names=("words_of", "split_words"),
    ),
    F(
        "normalize",
        "s",
        "str",
        (
            "Convert $s to lower case and put single spaces between its words.",
            *value(
                "the text $s in lower case with one space between two words",
                "the words of $s in lower case, joined by single spaces",
                edge="No space stays at the start or the end.",
            ),
            *change(
                "make $s lower case while collapsing repeated spaces and trimming its ends",
                "write the words of $s in small letters with exactly one space between each two",
            ),
        ),
        'return " ".join($s.lower().split())',
        names=("normalize", "clean_text"),
    ),
    F(
        "caesar",
        "s",
        "str",
        (
            "Shift each lower-case letter of $s by $K places in the alphabet, wrapping around.",
            *change(
                "shift each lower-case letter of $s, and nothing else, by $K places in the alphabet, "
                "where a follows z",
                "encrypt $s with a Caesar shift of $K that changes the letters a to z only",
                "replace every small letter of $s by the one $K places later in the alphabet, wrapping "
                "around, and keep all the rest",
            ),
        ),
        'out = ""\nfor x in $s:\n    if "a" <= x <= "z":\n        x = chr((ord(x) - 97 + $K) % 26 + 97)\n'
        "    out += x\nreturn out",
        {"K": (1, 25)},
        ("caesar", "shift"),
        level="medium",
    ),
    F(
        "unique_letters",
        "s",
        "str",
        value(
            "a string of the different characters of $s in the order in which each comes first",
            "$s without duplicate characters, in order",
            edge="Of equal characters the first stays.",
        )
        + change(
            "remove repeated characters from $s, keeping the first of each",
            "drop each character of $s that has occurred before in it",
        ),
        'return "".join(dict.fromkeys($s))',
        names=("unique_letters", "dedupe_text"),
    ),
    F(
        "anagram",
        "word t",
        "bool",
        test(
            "$word and $t are anagrams",
            "$t has the same letters as $word, each as often",
            "the letters of $word can be rearranged to give $t",
            "$word and $t are equal once their letters are sorted",
            edge="A word counts as an anagram of itself.",
        ),
        "return sorted($word) == sorted($t)",
        names=("is_anagram", "anagrams"),
    ),
    F(
        "acronym",
        "s",
        "str",
        value(
            "a string of the first letters of the words in $s, in upper case",
            "the acronym of $s in capital letters",
            edge="Every word gives one letter, and nothing stands between them.",
        )
        + change(
            "build the upper-case acronym of $s",
            "take the first letter of each word of $s in upper case and join them without spaces",
        ),
        'return "".join(x[0].upper() for x in $s.split())',
        names=("acronym", "initials"),
    ),
    F(
        "capitalize_words",
        "s",
        "str",
        value(
            "$s with the first letter of every word in upper case",
            "the words of $s, each with a capital at its start, as one text",
            edge="All other letters become lower case, and single spaces join the words.",
        )
        + change(
            "capitalize each word of $s, putting the rest of it in lower case and one space between "
            "each two words",
            "write every word of $s with a capital first letter and small ones after it, joined by "
            "single spaces",
        ),
        'return " ".join(x.capitalize() for x in $s.split())',
        names=("capitalize_words", "title"),
    ),
    F(
        "run_length",
        "word",
        "str",
        (
            'Compress $word by run length: "aab" becomes "a2b1".',
            *value(
                "the run-length encoding of $word, in which each letter is followed by its count",
                "a string that names, for each run of equal characters in $word, the character and the "
                "length of the run",
                edge='For example, "aab" gives "a2b1".',
            ),
            *change(
                'compress $word by run length, so that "aab" becomes "a2b1"',
                "replace each run of equal characters in $word by that character and the length of the "
                'run, as in "a2b1" for "aab"',
            ),
        ),
        'out = ""\nwhile $word:\n    rest = $word.lstrip($word[0])\n'
        "    out += $word[0] + str(len($word) - len(rest))\n    $word = rest\nreturn out",
        names=("encode", "run_length"),
        level="medium",
    ),
    F(
        "longest_word",
        "s",
        "str",
        (
            "Find the longest word in $s; the first one if there are several, an empty string if "
            "there is none.",
            "Pick the longest word of $s, the first of several, or an empty string if there is none.",
            *value(
                "the longest word of $s",
                "the word of $s with the most characters",
                "that word in the text $s which no other word in it exceeds in length",
                edge="Of several the first counts; without words it is an empty string.",
            ),
        ),
        'return max($s.split(), key=len, default="")',
        names=("longest_word",),
    ),
    *LAYOUT_FAMILIES,
)
