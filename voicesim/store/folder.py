"""The data folder: one database, and beside it the recordings with their contours.

    DATA_DIR/voicesim.db
    DATA_DIR/recordings/20261121-1934-k3f.flac           customer and trainee on two channels
    DATA_DIR/recordings/20261121-1934-k3f.1a2b3c4d.npz   pitch and loudness contours (see `contours`)

Only its owner may read it: people's voices are in it.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from voicesim.errors import StoreError

DATABASE_NAME = "voicesim.db"
RECORDINGS_NAME = "recordings"


def prepare_folder(data_dir: Path) -> Path:
    """The folder, made with its recordings folder and closed to others. Raises StoreError when it cannot be used.

    A folder that already holds other things keeps its own permissions; what is made inside is closed all the same.
    """
    root = data_dir.expanduser().absolute()
    recordings = root / RECORDINGS_NAME
    try:
        ours = not root.exists() or (root / DATABASE_NAME).exists() or not any(root.iterdir())
        recordings.mkdir(parents=True, exist_ok=True, mode=0o700)
        recordings.chmod(0o700)
        if ours:
            root.chmod(0o700)
        database = root / DATABASE_NAME
        database.touch(mode=0o600)
        database.chmod(0o600)
    except NotADirectoryError as error:
        raise StoreError(f"{root} is not a folder; choose another with --data-dir") from error
    except FileExistsError as error:
        raise StoreError(
            f"{error.filename} is in the way: it is not a folder; choose another with --data-dir"
        ) from error
    except OSError as error:
        raise StoreError(f"{root} cannot be used ({error.strerror}); choose another with --data-dir") from error
    if not os.access(root, os.W_OK) or not os.access(recordings, os.W_OK):
        raise StoreError(f"{root} cannot be written to; check its permissions or choose another with --data-dir")
    return root


def inside(root: Path, relative: str | None) -> Path | None:
    """The file a stored path names, None for none or for one that leads outside the data folder."""
    if not relative:
        return None
    path = (root / relative).resolve()
    return path if path.is_relative_to(root.resolve()) else None


def remove_everything_of(root: Path, session_id: str) -> None:
    """Remove what any part of voicesim filed under a session's id: `<folder>/<id>` and `<folder>/<id>.*`.

    Raises StoreError.
    """
    for folder in (child for child in root.iterdir() if child.is_dir() and not child.is_symlink()):
        if (own := folder / session_id).is_dir() and not own.is_symlink():
            shutil.rmtree(own, ignore_errors=True)
        for path in folder.glob(f"{session_id}.*"):
            remove_file(root, str(path.relative_to(root)))


def remove_file(root: Path, relative: str | None) -> None:
    """Remove a file of the data folder if it is there; files elsewhere are never touched. Raises StoreError."""
    path = inside(root, relative)
    if path is None:
        return
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise StoreError(f"{path} cannot be removed ({error.strerror}); close what uses it and try again") from error
