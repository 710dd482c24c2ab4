def vowel_titles(words):
    return " ".join(word.capitalize() for word in words if word[0].lower() in "aeiou")
