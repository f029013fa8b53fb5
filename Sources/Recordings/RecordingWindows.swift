/// Windows of equal length inside recordings, as a table with one entry per recording.
struct RecordingWindows: Sendable {
  /// Where a window is.
  struct Window: Equatable {
    let recording: Int
    let samples: Range<Int>
  }

  let length: Int
  let step: Int
  /// Number of windows before each recording, and of all of them at the end.
  private let offsets: [Int]

  init(recordingLengths: [Int], length: Int, step: Int) {
    self.length = length
    self.step = step
    offsets = recordingLengths.reduce(into: [0]) { offsets, recordingLength in
      let count = recordingLength < length ? 0 : (recordingLength - length) / step + 1
      offsets.append(offsets[offsets.count - 1] + count)
    }
  }

  var count: Int { offsets[offsets.count - 1] }

  subscript(index: Int) -> Window {
    precondition(index >= 0 && index < count, "no window \(index)")
    var low = 0
    var high = offsets.count - 1
    while high - low > 1 {
      let middle = (low + high) / 2
      if offsets[middle] <= index { low = middle } else { high = middle }
    }
    let start = (index - offsets[low]) * step
    return Window(recording: low, samples: start..<start + length)
  }

  /// The parts of the recordings that the windows cover, each sample once however many windows share it, in order.
  func coveredParts(of windows: [Int]) -> [Window] {
    var parts: [Window] = []
    for index in windows.sorted() {
      let window = self[index]
      if let last = parts.last, last.recording == window.recording, last.samples.upperBound >= window.samples.lowerBound
      {
        let joined = last.samples.lowerBound..<max(last.samples.upperBound, window.samples.upperBound)
        parts[parts.count - 1] = Window(recording: last.recording, samples: joined)
      } else {
        parts.append(window)
      }
    }
    return parts
  }
}
