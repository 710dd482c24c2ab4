import re


def evaluate(expression):
    tokens = re.findall(r"\d+|[-+*/()]", expression)

    def operand():
        token = tokens.pop(0)
        if token == "-":
            return -operand()
        if token == "(":
            value = total()
            tokens.pop(0)
            return value
        return int(token)

    def product():
        value = operand()
        while tokens and tokens[0] in "*/":
            value = value * operand() if tokens.pop(0) == "*" else value // operand()
        return value

    def total():
        value = product()
        while tokens and tokens[0] in "+-":
            value = value + product() if tokens.pop(0) == "+" else value - product()
        return value

    return total()
