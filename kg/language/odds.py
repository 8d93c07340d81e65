"""Log odds of probabilities: the scale on which what several models say is added."""

import math


def log_odds(chance: float, least: float) -> float:
    """The natural logarithm of the odds of a probability, which is kept `least` away from 0 and 1.

    >>> log_odds(0.5, 0.01), round(log_odds(0.0, 0.01), 3)
    (0.0, -4.595)
    """
    bounded = min(max(chance, least), 1 - least)
    return math.log(bounded / (1 - bounded))


def logistic(odds: float) -> float:
    """The probability of log odds, rounded to 4 digits as scores are.

    >>> logistic(0.0)
    0.5
    """
    return round(1 / (1 + math.exp(-odds)), 4)
