"""A head: linear models from features to heat, liveliness and warmth, kept in a data file of some kilobytes."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from voicesim.delivery.features import Features, Floats
from voicesim.errors import ContentError

MEASURES = ("heat", "liveliness", "warmth")
KINDS = ("enrolled", "unenrolled")
FORMAT = 2


@dataclass(frozen=True, eq=False)
class LinearModel:
    """A line, slope * (weights @ (features - centre) - rest_weights @ (rest - centre)) + offset, and its upper end.

    `rest` is the resting voice where the speaker enrolled, else `centre`, the training speakers' mean; `weights`,
    `rest_weights` (the same as `weights` where None) and `centre` cover the cues, then the encoder's mean and spread.
    An unmeasured feature counts for nothing. Above `knee` the log odds rise `steeper` times as fast as the line.
    """

    weights: Floats
    centre: Floats
    slope: float
    offset: float
    rest_weights: Floats | None = None
    knee: float = 0.0
    steeper: float = 1.0

    def parts(self, features: Floats, rest: Floats | None) -> Floats:
        """What each feature adds to the line, shape (features,); their sum and `offset` are the line."""
        added = self.weights * (features - self.centre)
        if rest is not None:
            known = np.where(np.isnan(rest), 0.0, rest - self.centre)
            added = added - (self.weights if self.rest_weights is None else self.rest_weights) * known
        return self.slope * np.where(np.isnan(added), 0.0, added)

    def log_odds(self, features: Floats, rest: Floats | None) -> float:
        """Log odds of the upper pole against the lower; 0 is the boundary."""
        line = float(self.parts(features, rest).sum()) + self.offset
        return line + (self.steeper - 1) * max(0.0, line - self.knee)


@dataclass(frozen=True, eq=False)
class Head:
    """`models[measure, kind]`; `encoder_engine` None for a head that hears cues alone.

    `reliability[measure, kind]` is 0-1: how far the head was right about speakers it was not trained on
    (2 * AUC - 1). `card` says by what, on what and under which licence it was trained.
    """

    name: str
    version: str
    cue_names: tuple[str, ...]
    encoder_engine: str | None
    models: Mapping[tuple[str, str], LinearModel]
    reliability: Mapping[tuple[str, str], float]
    card: str

    def vector(self, features: Features) -> Floats | None:
        """The features in the order of the weights; None when the encoder's are needed and missing."""
        if self.encoder_engine is None:
            return features.cues
        return None if features.encoder is None else np.concatenate([features.cues, features.encoder])


def save_head(head: Head, path: Path) -> None:
    """Write `head` to `path` as compressed float16 arrays with a JSON description, and its card beside it as .md."""
    arrays = {"about": np.frombuffer(json.dumps(_about(head)).encode(), dtype=np.uint8)}
    for (measure, kind), model in head.models.items():
        scale = float(np.abs(model.weights).max()) or 1.0
        rest = model.weights if model.rest_weights is None else model.rest_weights
        used = (model.weights != 0) | (rest != 0)
        arrays[f"{measure}_{kind}_weights"] = (model.weights / scale).astype(np.float16)
        arrays[f"{measure}_{kind}_centre"] = np.where(used, model.centre, 0.0).astype(np.float16)
        arrays[f"{measure}_{kind}_line"] = np.array([model.slope * scale, model.offset, model.knee, model.steeper])
        if model.rest_weights is not None:
            arrays[f"{measure}_{kind}_rest"] = (rest / scale).astype(np.float16)
    with path.open("wb") as file:
        np.savez_compressed(file, **arrays)  # type: ignore[arg-type]
    path.with_suffix(".md").write_text(head.card, encoding="utf-8")


def load_head(path: Path) -> Head:
    """The head in `path`. Raises ContentError naming the file when it is missing or not a head."""
    try:
        with np.load(path, allow_pickle=False) as arrays:
            about = json.loads(arrays["about"].tobytes())
            if about["format"] != FORMAT:
                raise ContentError(path, f"is a head of format {about['format']}; this version reads {FORMAT}")
            keys = [(measure, kind) for measure in MEASURES for kind in KINDS]
            models = {key: _model(arrays, "_".join(key)) for key in keys}
        head = Head(
            name=str(about["name"]),
            version=str(about["version"]),
            cue_names=tuple(about["cue_names"]),
            encoder_engine=about["encoder_engine"],
            models=models,
            reliability={key: float(about["reliability"]["_".join(key)]) for key in keys},
            card=str(about["card"]),
        )
    except FileNotFoundError:
        raise ContentError(path, "no such file") from None
    except (OSError, EOFError, ValueError, KeyError, TypeError, zipfile.BadZipFile) as error:
        raise ContentError(path, f"is not a delivery head ({error})") from error
    for key, model in head.models.items():
        if model.weights.shape != model.centre.shape or len(model.weights) < len(head.cue_names):
            raise ContentError(path, "weights do not fit the cues", field="_".join(key))
    return head


def _model(arrays: Mapping[str, Floats], name: str) -> LinearModel:
    slope, offset, knee, steeper = arrays[f"{name}_line"].tolist()
    weights, centre = (arrays[f"{name}_{part}"].astype(np.float64) for part in ("weights", "centre"))
    rest = arrays[f"{name}_rest"].astype(np.float64) if f"{name}_rest" in arrays else None
    return LinearModel(weights, centre, slope, offset, rest, knee, steeper)


def _about(head: Head) -> dict[str, object]:
    return {
        "format": FORMAT,
        "name": head.name,
        "version": head.version,
        "cue_names": list(head.cue_names),
        "encoder_engine": head.encoder_engine,
        "reliability": {"_".join(key): value for key, value in head.reliability.items()},
        "card": head.card,
    }
