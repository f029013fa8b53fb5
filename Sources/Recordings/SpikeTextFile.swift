/// Samples as lists of spikes in a text file, as the task files of the ReckOn chip.
///
/// The first line is the number of samples. A line `neuron, time` is a spike, times in whole milliseconds that never go
/// back inside a sample; `-2, label` gives the label, which is asked for from the next spike on; `-1, time` ends the sample and
/// is its length. Lines end in LF or CRLF; empty ones are skipped.
/// - Reference: C. Frenkel, G. Indiveri, ISSCC 2022, doi:10.1109/ISSCC42614.2022.9731734, and the files released with it.
struct SpikeTextFile: Sendable {
  /// What is known of a sample without its spikes.
  struct Sample: Sendable, Equatable {
    /// Its lines in the file.
    var bytes: Range<Int>
    var label: Int
    /// Length in ms.
    var duration: Int
    /// Time from which on the label is asked for, in ms.
    var scoredFrom: Int
    var spikeCount: Int
  }

  /// Most of anything: samples, neurons, labels, milliseconds.
  private static let largest = 100_000_000
  private static let largestNeuron = 1 << 20

  let path: String
  let samples: [Sample]
  /// One more than the largest neuron.
  let neuronCount: Int
  private let contents: [UInt8]

  /// Reads through a file once and checks all of it.
  init(path: String) throws(RecordingError) {
    self.path = path
    contents = try Self.bytes(ofFile: path)
    var lines = Lines(contents, path: path, bytes: 0..<contents.count)
    guard let first = try lines.nextFields() else {
      throw .truncated(file: path, byte: 0, expected: "the number of samples", found: "an empty file")
    }
    guard first.fields.count == 1, 1...Self.largest ~= first.fields[0] else {
      throw .corrupt(file: path, byte: first.byte, expected: "the number of samples", found: "'\(lines.text(first))'")
    }
    var samples: [Sample] = []
    var neurons = 0
    for number in 0..<first.fields[0] {
      samples.append(try Self.sample(&lines, number: number, of: first.fields[0], neurons: &neurons))
    }
    if let extra = try lines.nextFields() {
      throw .corrupt(
        file: path, byte: extra.byte, expected: "the end of the file after \(samples.count) samples",
        found: "'\(lines.text(extra))'")
    }
    self.samples = samples
    neuronCount = neurons
  }

  private static func bytes(ofFile path: String) throws(RecordingError) -> [UInt8] {
    let reader = try ByteReader(path: path)
    var contents: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = try chunk.withUnsafeMutableBufferPointer { bytes throws(RecordingError) in
        try reader.read(into: UnsafeMutableRawBufferPointer(bytes), at: contents.count)
      }
      if count == 0 { return contents }
      contents += chunk[..<count]
    }
  }

  private static func sample(
    _ lines: inout Lines, number: Int, of count: Int, neurons: inout Int
  ) throws(RecordingError) -> Sample {
    let start = lines.position
    var sample = Sample(bytes: start..<start, label: -1, duration: 0, scoredFrom: -1, spikeCount: 0)
    var time = 0
    while let line = try lines.nextFields() {
      guard line.fields.count == 2 else {
        throw .corrupt(
          file: lines.path, byte: line.byte, expected: "two numbers such as '12, 345'", found: "'\(lines.text(line))'")
      }
      let (first, second) = (line.fields[0], line.fields[1])
      switch first {
      case -1:
        guard sample.label >= 0, time...largest ~= second, second > 0 else {
          throw .corrupt(
            file: lines.path, byte: line.byte,
            expected: sample.label < 0 ? "a line '-2, label' in sample \(number)" : "an end at \(time) ms or later",
            found: "'\(lines.text(line))'")
        }
        sample.bytes = start..<lines.position
        sample.duration = second
        if sample.scoredFrom < 0 { sample.scoredFrom = max(second - 1, 0) }
        return sample
      case -2:
        guard sample.label < 0, 0...65_535 ~= second else {
          throw .corrupt(
            file: lines.path, byte: line.byte, expected: "one label from 0 to 65535 in a sample",
            found: "'\(lines.text(line))'")
        }
        sample.label = second
      case 0..<largestNeuron:
        guard time...largest ~= second else {
          throw .corrupt(
            file: lines.path, byte: line.byte, expected: "a time of \(time) ms or later", found: "'\(lines.text(line))'"
          )
        }
        time = second
        if sample.label >= 0, sample.scoredFrom < 0 { sample.scoredFrom = second }
        neurons = max(neurons, first + 1)
        sample.spikeCount += 1
      default:
        throw .corrupt(
          file: lines.path, byte: line.byte, expected: "a neuron from 0 to \(largestNeuron - 1), -1 or -2",
          found: "'\(lines.text(line))'")
      }
    }
    throw .truncated(
      file: lines.path, byte: lines.position, expected: "\(count) samples that end in '-1, time'",
      found: "the end of the file in sample \(number)")
  }

  /// Calls `body` with the spikes of a sample, in order.
  func forEachSpike(
    of sample: Sample, _ body: (_ neuron: Int, _ milliseconds: Int) -> Void
  ) throws(RecordingError) {
    var lines = Lines(contents, path: path, bytes: sample.bytes)
    while let line = try lines.nextFields() {
      if line.fields[0] >= 0 { body(line.fields[0], line.fields[1]) }
    }
  }
}

/// The lines of a part of a text file, as whole numbers.
private struct Lines {
  struct Line {
    var byte: Int
    var end: Int
    var fields: [Int]
  }

  let path: String
  private(set) var position: Int
  private let contents: [UInt8]
  private let end: Int

  init(_ contents: [UInt8], path: String, bytes: Range<Int>) {
    (self.contents, self.path, position, end) = (contents, path, bytes.lowerBound, bytes.upperBound)
  }

  /// The next line that is not empty.
  mutating func nextFields() throws(RecordingError) -> Line? {
    while position < end {
      let start = position
      let stop = contents[start..<end].firstIndex(of: UInt8(ascii: "\n")) ?? end
      position = min(stop + 1, end)
      var line = Line(byte: start, end: stop, fields: [])
      if try read(&line) { return line }
    }
    return nil
  }

  /// Reads the numbers of a line; an empty line has none.
  private func read(_ line: inout Line) throws(RecordingError) -> Bool {
    let text = text(line)
    if text.isEmpty { return false }
    for field in text.split(separator: ",", omittingEmptySubsequences: false) {
      guard let number = Int(Self.trimmed(field)) else {
        throw .corrupt(file: path, byte: line.byte, expected: "whole numbers", found: "'\(text)'")
      }
      line.fields.append(number)
    }
    return true
  }

  /// The beginning of a line, for messages and numbers.
  func text(_ line: Line) -> String {
    String(Self.trimmed(String(decoding: contents[line.byte..<min(line.end, line.byte + 60)], as: UTF8.self)[...]))
  }

  private static func trimmed(_ text: Substring) -> Substring {
    let start = text.drop { $0.isWhitespace }
    guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
    return start[...last]
  }
}
