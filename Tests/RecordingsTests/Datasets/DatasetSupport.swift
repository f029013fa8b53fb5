import Foundation
import Kernels
import Recordings

extension TemporaryFolder {
  /// Writes lines of text.
  @discardableResult
  func write(lines: [String], to name: String) throws -> String {
    try write(Array((lines.joined(separator: "\n") + "\n").utf8), to: name)
  }

  func remove(_ name: String) throws {
    try FileManager.default.removeItem(atPath: path + "/" + name)
  }
}

extension [TestEvent] {
  /// An AEDAT 3.1 recording of a DVS128, in packets of 100 events.
  var aedat31: [UInt8] {
    var file = [UInt8]("#!AER-DAT3.1\r\n#Format: RAW\r\n#Source 1: DVS128\r\n#!END-HEADER\r\n".utf8)
    for start in stride(from: 0, to: count, by: 100) {
      let packet = self[start..<Swift.min(start + 100, count)]
      for number: Int16 in [1, 1] { file += littleEndian(number) }
      let size = Int32(packet.count)
      for number: Int32 in [8, 4, 0, size, size, size] { file += littleEndian(number) }
      for event in packet {
        let place = UInt32(event.x) << 17 | UInt32(event.y) << 2
        let sign = UInt32(event.polarity) << 1
        file += littleEndian(place | sign | 1)
        file += littleEndian(Int32(event.timestamp))
      }
    }
    return file
  }

  /// A Prophesee DAT recording whose header does not state the size of the camera.
  var dat: [UInt8] {
    var file = [UInt8]("% Data file containing N9Chronocam7Event2dE events.\n% Version 2\n".utf8)
    file += [0, 8]
    for event in self {
      let place = UInt32(event.x) | UInt32(event.y) << 14
      let sign = UInt32(event.polarity) << 28
      file += littleEndian(UInt32(event.timestamp))
      file += littleEndian(place | sign)
    }
    return file
  }
}

/// A MATLAB level 5 file with one matrix of numbers, given column by column.
func matFile(_ name: String, rows: Int, _ values: [Double]) -> [UInt8] {
  func element(_ type: Int32, _ data: [UInt8]) -> [UInt8] {
    let padding = [UInt8](repeating: 0, count: -data.count & 7)
    return littleEndian(type) + littleEndian(Int32(data.count)) + data + padding
  }
  var matrix = element(6, littleEndian(Int32(6)) + littleEndian(Int32(0)))
  matrix += element(5, littleEndian(Int32(rows)) + littleEndian(Int32(values.count / rows)))
  matrix += element(1, [UInt8](name.utf8))
  matrix += element(9, values.flatMap { littleEndian($0.bitPattern) })
  let header = [UInt8]("MATLAB 5.0 MAT-file".utf8)
  let rest = [UInt8](repeating: 32, count: 124 - header.count)
  return header + rest + [0, 1, UInt8(ascii: "I"), UInt8(ascii: "M")] + element(14, matrix)
}

extension SampleSource {
  /// The spikes of a sample.
  func raster(_ index: Int) throws -> SpikeRaster {
    var raster = SpikeRaster(rowCount: inputRowCount)
    try encode(sample: index, into: &raster)
    return raster
  }

  /// Counts over the samples encoded so far.
  var eventCounts: EventEncodingCounts? {
    guard case .events(let counts) = encodingReport else { return nil }
    return counts
  }
}
