import Kernels
import Recordings

/// A decoder with the promises that any input must leave unbroken, whoever made it: the fuzzer and the tests run the same.
package enum DecoderCheck: String, CaseIterable {
  case evt2, evt21, evt3, dat, es, nmnist, aedat2, aedat31, aedat4, csv, wire, datagrams, numpy
  case wav, wfdb, annotations = "wfdb-annotations", mat, table = "sensor-csv", payload, spikes = "spike-text"

  /// A promise that was broken.
  package struct Broken: Error, CustomStringConvertible {
    package var description: String

    init(_ description: String) { self.description = description }
  }

  /// Decodes an input in several ways.
  /// - Returns: How it ends.
  /// - Throws: `Broken`.
  package func run(_ input: [UInt8], in folder: ScratchFolder) throws(Broken) -> String {
    let choice = Choice(input)
    switch self {
    case .evt2, .evt21, .evt3, .dat, .es, .nmnist, .aedat2, .aedat31, .aedat4, .csv, .wire:
      let (bytes, decoder) = streamDecoder(input, choice)
      let path = folder.write(bytes, to: "recording.raw")
      return try EventSourceCheck(byteCount: bytes.count).run(choice) { pieces throws(RecordingError) in
        try EventFile(
          path: path, decoder: decoder(path), sensor: choice.sensor, order: choice.order, chunkSize: pieces.size,
          savepointDistance: pieces.savepointDistance)
      }
    case .numpy:
      let path = folder.write(input, to: "recording.npy")
      return try EventSourceCheck(byteCount: input.count).run(choice) { _ throws(RecordingError) in
        try NumPyEventFile(
          path: path, timeUnit: choice.isOdd ? .milliseconds : nil, sensor: choice.sensor, order: choice.order)
      }
    case .datagrams: return try DatagramCheck(input).run()
    case .wav:
      let path = folder.write(input, to: "signal.wav")
      return try SignalCheck().run(choice) { () throws(RecordingError) in try WAVFile.open(path: path) }
    case .wfdb:
      let (header, signal) = Self.halves(of: input)
      let path = folder.write(header, to: "r.hea")
      _ = folder.write(signal, to: "r.dat")
      return try SignalCheck().run(choice) { () throws(RecordingError) in try WFDBRecord.open(path: path) }
    case .table:
      let path = folder.write(input, to: "signal.csv")
      let layout = SignalTableLayout(timeColumn: choice.isOdd ? "1" : nil, columns: choice.sensor == nil ? nil : ["2"])
      return try SignalCheck().run(choice) { () throws(RecordingError) in
        try SignalTableFile.open(path: path, layout: layout, sampleRateInHertz: choice.order == .reject ? nil : 50)
      }
    case .mat: return try Self.matlab(input, choice, folder)
    case .annotations:
      let path = folder.write(input, to: "r.atr")
      return Self.end { () throws(RecordingError) in
        _ = try WFDBAnnotations(path: path)
      }
    case .spikes: return try Self.spikes(input, folder)
    case .payload: return try Self.payload(input, choice)
    }
  }

  /// The decoder and the bytes it gets.
  private func streamDecoder(_ input: [UInt8], _ choice: Choice) -> ([UInt8], (String) -> any EventDecoder) {
    switch self {
    case .evt2: (input, { PropheseeRawDecoder(file: $0, encoding: .evt2, isStrict: choice.isOdd) })
    case .evt21: (input, { PropheseeRawDecoder(file: $0, encoding: .evt21, isStrict: choice.isOdd) })
    case .evt3: (input, { PropheseeRawDecoder(file: $0, encoding: .evt3, isStrict: choice.isOdd) })
    case .dat: (input, { DATDecoder(file: $0) })
    case .es: (input, { EventStreamDecoder(file: $0) })
    case .nmnist: (input, { NMNISTDecoder(file: $0) })
    case .aedat2: (input, { AEDAT2Decoder(file: $0) })
    case .aedat31: (input, { AEDAT31Decoder(file: $0) })
    case .aedat4: (input, { AEDAT4Decoder(file: $0) })
    case .csv: (input, { CSVEventDecoder(file: $0, layout: choice.tableLayout) })
    default:
      // The first byte chooses the layout.
      (
        Array(input.dropFirst()),
        { WireDecoder(WireLayout.allCases[Int(input.first ?? 0) % WireLayout.allCases.count], file: $0) }
      )
    }
  }

  /// What is before the first byte of 0, and what is after it.
  private static func halves(of input: [UInt8]) -> ([UInt8], [UInt8]) {
    let middle = input.firstIndex(of: 0) ?? input.count
    return (Array(input[..<middle]), Array(input[middle...].dropFirst()))
  }

  private static func matlab(_ input: [UInt8], _ choice: Choice, _ folder: ScratchFolder) throws(Broken) -> String {
    // Files of version 7.3 are read by the HDF5 library, which is not what is tested here.
    guard !input.starts(with: [0x89, 0x48, 0x44, 0x46]), !input.starts(with: Array("MATLAB 7.3".utf8)) else {
      return "not tried"
    }
    let path = folder.write(input, to: "signal.mat")
    let field = end { () throws(RecordingError) in
      _ = try MATFile(path: path).array("s.b")
    }
    let signal = try SignalCheck().run(choice) { () throws(RecordingError) in
      try MATFile(path: path).signal(
        "a", sampleRateInHertz: 50, samplesAlong: choice.isOdd ? .columns : .rows, unit: "V")
    }
    return "\(signal); field: \(field)"
  }

  private static func spikes(_ input: [UInt8], _ folder: ScratchFolder) throws(Broken) -> String {
    _ = folder.write(input, to: "fuzz_train.dat")
    _ = folder.write(Array("1\n-2, 0\n-1, 1\n".utf8), to: "fuzz_test.dat")
    let source: SpikeTextSource
    do {
      source = try SpikeTextSource(path: folder.path)
    } catch {
      return error.brief
    }
    var raster = SpikeRaster(rowCount: source.inputRowCount)
    for sample in 0..<source.sampleCount {
      // Longer ones are sound, but take long.
      let ticks = source.description(ofSample: sample).tickCount
      guard ticks <= 4096 else { continue }
      do {
        try source.encode(sample: sample, into: &raster)
      } catch {
        throw Broken("a sample that was checked ends in '\(error)'")
      }
      guard raster.tickCount == ticks else { throw Broken("\(raster.tickCount) ticks, not \(ticks)") }
    }
    return "\(source.sampleCount) samples, clean"
  }

  private static func payload(_ input: [UInt8], _ choice: Choice) throws(Broken) -> String {
    var (values, ends): ([Float], [String]) = ([], [])
    for encoding in SamplePayload.Encoding.allCases {
      guard let payload = try? SamplePayload(encoding: encoding, channelCount: 2, hasTime: choice.isOdd) else {
        throw Broken("two channels are refused")
      }
      let sample = input.withUnsafeBytes { payload.decode($0, into: &values) }
      guard
        !sample.isValid || values.count == 2 && values.allSatisfy(\.isFinite) && (sample.time != nil) == choice.isOdd
      else { throw Broken("a valid sample of \(values) at \(String(describing: sample.time))") }
      ends.append(sample.isValid ? "valid" : "not valid")
    }
    return ends.joined(separator: ", ")
  }

  private static func end(_ body: () throws(RecordingError) -> Void) -> String {
    do {
      try body()
      return "clean"
    } catch {
      return error.brief
    }
  }
}

/// How an input is decoded, drawn from its bytes, so that a file in the corpus needs nothing beside it.
struct Choice {
  let isOdd: Bool
  let sensor: SensorSize?
  let order: TimestampOrder
  /// Bytes read at a time, and between places to come back to.
  let pieces: (size: Int, savepointDistance: Int)
  let batchCapacity: Int
  let place: Int
  let tableLayout: CSVEventLayout

  init(_ input: [UInt8]) {
    // FNV-1a, whose low bits depend on the low bits of the input only.
    let hash = input.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    func part(_ shift: UInt64, _ range: UInt64) -> Int { Int((hash >> (40 - shift)) % range) }
    isOdd = part(0, 2) == 1
    sensor = part(3, 4) == 0 ? try? SensorSize(width: 64, height: 48) : nil
    order = [.clamp, .reject, .reorder(windowInMicroseconds: 500)][part(7, 3)]
    pieces = (1 + part(11, 29), 1 + part(15, 200))
    batchCapacity = 1 + part(19, 37)
    place = part(23, 4096)
    let layouts = [
      .standard, try? CSVEventLayout(columns: "x,y,p,t", timeUnit: .seconds),
      try? CSVEventLayout(columns: "t,-,x,y,p", timeUnit: .nanoseconds, separator: .semicolon),
    ]
    tableLayout = layouts[part(27, 3)] ?? .standard
  }
}

extension RecordingError {
  /// The end that this error is, without the words.
  var brief: String {
    switch self {
    case .truncated(_, let byte, _, _): "truncated at \(byte)"
    case .corrupt(_, let byte, _, _): "corrupt at \(byte)"
    case .unsupported(_, let byte, _, _): "unsupported at \(byte)"
    case .fileFormat(_, let part, _, _): "wrong in \(part)"
    case .setting(let name, _, _): "needs \(name)"
    default: "\(self)"
    }
  }
}
