"""Labels for Audacity: one line a stretch, `start TAB end TAB text`, times in seconds.

Format: https://manual.audacityteam.org/man/importing_and_exporting_labels.html
"""

from __future__ import annotations

from voicesim.exports.takeaway import Takeaway
from voicesim.exports.tracks import tracks_of


def audacity_labels(takeaway: Takeaway) -> str:
    """All tracks as one label track in order of time; each label says which it is of, words alone are left out."""
    lines = [
        (label.span, f"{label.span.start_s:.6f}\t{label.span.end_s:.6f}\t{track.name}: {label.text}")
        for track in tracks_of(takeaway)
        if track.name != "words"
        for label in track.labels
    ]
    return "".join(f"{line}\n" for _, line in sorted(lines))
