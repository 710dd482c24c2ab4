def normalize(text):
    return " ".join(text.lower().split())


def split_words(text):
    return text.split()


def keep_long(words):
    return [word for word in words if len(word) > 3]


def report(text):
    return keep_long(split_words(normalize(text)))
