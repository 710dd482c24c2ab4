def mirrored(words):
    return "-".join(word[::-1] for word in words if "a" in word)
