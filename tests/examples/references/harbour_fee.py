def harbour_fee(amount):
    return amount + 17 if amount > 31 else amount
