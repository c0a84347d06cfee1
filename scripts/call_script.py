"""The lines that generated calls are made of."""

from __future__ import annotations

import numpy as np

AGENT_LINES = (
    "Good morning, Northgate Energy, this is Daniel speaking, how can I help you today?",
    "I am sorry to hear that, let me look into it right away.",
    "I can see the order here, it left our warehouse on Tuesday evening.",
    "What I can do for you is send a technician tomorrow between eight and ten.",
    "Thank you for waiting while I check that with my colleague.",
    "I understand how annoying that must be, you should not have to call us twice.",
    "Could you please tell me the postcode and the number of the house?",
    "I have put a note on your account, and I will call you back myself this afternoon.",
    "The refund takes three working days, and you will get a message when it is done.",
    "Is there anything else that would make this right for you?",
    "Let me repeat that, so that we both have the same thing written down.",
    "You are right, the bill counted the same month two times, and I have taken one off.",
)

CUSTOMER_LINES = (
    "Hello, yes, this is Maria Keller, I have been without heating since Monday and nobody calls me back.",
    "I have already told this to two of your colleagues.",
    "The man said he would be here at nine, and now it is half past eleven.",
    "I really do not have time for this, I have to be at work in twenty minutes.",
    "It is the big grey box in the cellar, the red light keeps blinking.",
    "So what are you going to do about it?",
    "That sounds better, but I need to know when exactly.",
    "My daughter is only three months old, and the house is freezing.",
    "All right, if you promise me that somebody will really come.",
    "I looked at the bill, and it is forty pounds more than last month.",
    "You can reach me on my mobile, the number is in your system.",
    "Thank you, that is the first clear answer I have had all week.",
)

BACKCHANNELS = ("Right.", "Okay.", "Yes.", "I see.")
HOLD_LINES = ("May I put you on hold for a moment while I ask?", "Thank you for holding, I am back with you.")

_WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_BEFORE = ("My card number is", "The number on the card is", "It is the Visa card,")


def card_line(rng: np.random.Generator) -> tuple[str, str, str]:
    """(words before, the number in words, its 16 digits); the digits pass the Luhn check as real ones do."""
    digits = [4, *(int(d) for d in rng.integers(0, 10, 14))]
    doubled = sum(sum(divmod(2 * d, 10)) if place % 2 == 0 else d for place, d in enumerate(digits))
    digits.append(-doubled % 10)
    groups = [" ".join(_WORDS[d] for d in digits[i : i + 4]) for i in range(0, 16, 4)]
    return _BEFORE[int(rng.integers(len(_BEFORE)))], ", ".join(groups) + ".", "".join(map(str, digits))
