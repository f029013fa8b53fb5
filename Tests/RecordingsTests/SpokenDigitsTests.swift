import Recordings
import Testing

@Suite(.enabled(if: IndependentWriter.hasH5py, "python3 with h5py is not installed"))
struct SpokenDigitsTests {
  let folder: TemporaryFolder
  let path: String

  init() throws {
    folder = try TemporaryFolder()
    path = folder.path + "/shd.h5"
  }

  private func write(_ change: String = "", chunks: String = "None", to path: String? = nil) throws {
    try IndependentWriter.run(
      """
      import h5py, sys, numpy as np
      times = [np.arange(i * 50, dtype="f4") / 1000 for i in range(4)]
      units = [np.arange(i * 50) * 13 % 700 for i in range(4)]
      labels, speakers, keys = [3, 0, 1, 3], [1, 2, 1, 9], ["zero", "eins", "zwei", "drei"]
      exec(sys.argv[2])
      with h5py.File(sys.argv[1], "w") as f:
          for name, values, kind in (("times", times, "f2"), ("units", units, "u2")):
              d = f.create_dataset("spikes/" + name, (4,), dtype=h5py.vlen_dtype(np.dtype(kind)), chunks=eval(sys.argv[3]))
              for i, v in enumerate(values): d[i] = v
          f["labels"] = np.array(labels, "u2")
          if keys: f["extra/keys"] = np.array([k.encode() for k in keys])
          if speakers: f["extra/speaker"] = np.array(speakers, "u2")
      """, path ?? self.path, change, chunks)
  }

  @Test(arguments: ["None", "(1,)", "(3,)"])
  func samplesAreReadOneAtATime(chunks: String) throws {
    try write(chunks: chunks)
    let file = try SpokenDigitsFile(path: path)
    #expect(file.sampleCount == 4)
    #expect(file.labels == [3, 0, 1, 3])
    #expect(file.classNames == ["zero", "eins", "zwei", "drei"])
    #expect(file.speakers == [1, 2, 1, 9])
    #expect(try file.spikes(ofSample: 0).units.isEmpty)
    let spikes = try file.spikes(ofSample: 3)
    #expect(spikes.units == (0..<150).map { $0 * 13 % 700 })
    // The file holds times as numbers of 16 bits.
    let times: [Int64] = (0..<150).map { Int64((Double(Float16(Float($0) / 1000)) * 1e6).rounded()) }
    #expect(spikes.timesInMicroseconds == times)
    let other = folder.path + "/bare.h5"
    try write("keys, speakers = None, None; times[1][0] = 1", to: other)
    let bare = try SpokenDigitsFile(path: other)
    #expect(bare.classNames == ["0", "1", "2", "3"])
    #expect(bare.speakers == nil)
    let sorted = try bare.spikes(ofSample: 1)
    #expect(sorted.timesInMicroseconds.last == 1_000_000 && sorted.units.last == 0)
  }

  @Test(arguments: [
    ("labels[2] = 4", "labels[2]"), ("labels = labels[:3]", "spikes/times"), ("times[1][3] = -1", "spikes/times[1][3]"),
    ("times[1][3] = np.nan", "spikes/times[1][3]"), ("units[1][7] = 700", "spikes/units[1][7]"),
    ("units[1] = units[1][:9]", "spikes/units[1]"), ("speakers = [1]", "extra/speaker"),
  ])
  func whatIsWrongIsNamed(change: String, part: String) throws {
    try write(change)
    let error = recordingError { _ = try SpokenDigitsFile(path: path).spikes(ofSample: 1) }
    #expect(error?.description.contains(part) == true, "\(String(describing: error))")
  }
}
