def doubled_gains(scores):
    return sum(score * 2 for score in scores if score > 0)
