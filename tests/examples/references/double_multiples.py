def double_multiples(numbers):
    return sum(number * 2 for number in numbers if number % 3 == 0)
