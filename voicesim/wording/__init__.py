"""What was said: behaviours found in a transcript with the phrase patterns of `data/lexicons`."""

from voicesim.wording.find import find_wording
from voicesim.wording.lexicons import Behaviour, Lexicons, load_lexicons

__all__ = ["Behaviour", "Lexicons", "find_wording", "load_lexicons"]
