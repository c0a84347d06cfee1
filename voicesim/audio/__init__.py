"""Any sound file <-> Recording: decoding with clear errors, streaming for long files, resampling, FLAC."""

from voicesim.audio.reading import AudioStream, open_audio, read_audio
from voicesim.audio.resampling import resample, resample_blocks
from voicesim.audio.writing import write_flac

__all__ = ["AudioStream", "open_audio", "read_audio", "resample", "resample_blocks", "write_flac"]
