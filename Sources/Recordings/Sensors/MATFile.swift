import HDF5Store

/// Reads arrays of numbers from MATLAB files: level 5 (`-v6`, `-v7`) and those that are HDF5 files (`-v7.3`).
///
/// An array is named by a path: the variable, then fields of structs, such as `trial.imu.acceleration`. Level 5 keeps an
/// array in one piece, possibly compressed, so all of it is held in memory; of HDF5 files the part is that is being read.
/// - Reference: MathWorks, "MAT-File Format"; HDF5 files keep the extents of an array in reverse order.
public struct MATFile {
  /// An array of numbers, the first index running fastest, as MATLAB has it.
  public struct Array: Sendable, Equatable {
    /// Extents, at least two.
    public var shape: [Int]
    /// The numbers.
    public var values: [Double]
  }

  /// Which index of a matrix counts samples.
  public enum SampleAxis: Sendable {
    /// Each row is a sample.
    case rows
    /// Each column is a sample.
    case columns
  }

  /// Most bytes of an array that is held in memory.
  public static let byteLimit = 2 << 30

  /// Where the file is.
  public let path: String
  private let hdf5: HDF5File?
  private let file: SizedFile
  private var isBigEndian = false

  private static let headerBytes = 128

  /// Opens a file.
  /// - Throws: `RecordingError`: the file cannot be read, or is of another version.
  public init(path: String) throws(RecordingError) {
    self.path = path
    file = try SizedFile(path: path)
    let head = try file.bytes(at: 0, count: min(file.size, Self.headerBytes), of: "a header")
    if head.starts(with: [0x89, 0x48, 0x44, 0x46]) || head.starts(with: Swift.Array("MATLAB 7.3".utf8)) {
      do {
        hdf5 = try HDF5File.open(at: path)
      } catch {
        throw RecordingError.unreadable(path: path, reason: "\(error)")
      }
      return
    }
    hdf5 = nil
    let marks = head.count == Self.headerBytes ? String(decoding: head[126...], as: UTF8.self) : ""
    guard marks == "IM" || marks == "MI" else {
      throw RecordingError.corrupt(
        file: path, byte: 126, expected: "the mark IM or MI of a MATLAB file of level 5 or later; save with '-v7'",
        found: head.count < Self.headerBytes ? "\(head.count) bytes" : "other bytes")
    }
    isBigEndian = marks == "MI"
  }

  /// The array at a path.
  /// - Throws: `RecordingError`: there is none, it holds no real numbers, or it is too large.
  public func array(_ path: String) throws(RecordingError) -> Array {
    if let hdf5 {
      let part = Self.hdf5Path(path)
      let shape = try shape(part, in: hdf5)
      guard let count = Self.product(shape), count <= Self.byteLimit / 8 else {
        throw invalid(path, "an array of at most \(Self.byteLimit) bytes", "shape \(shape)")
      }
      let values = try block(part, shape.map { 0..<$0 }, in: hdf5)
      return Array(shape: shape.reversed(), values: values)
    }
    let names = path.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    var matrix = try variable(names[0])
    for name in names.dropFirst() { matrix = try matrix.field(name) }
    return Array(shape: matrix.shape, values: try matrix.values())
  }

  /// A matrix as a signal.
  /// - Parameters:
  ///   - path: Path of the matrix.
  ///   - sampleRateInHertz: Its rate, which these files do not state.
  ///   - samplesAlong: Which index counts samples.
  ///   - channelNames: Name of each channel; `nil` for numbers from 1.
  ///   - unit: The unit of all channels.
  public func signal(
    _ path: String, sampleRateInHertz: Double, samplesAlong axis: SampleAxis = .rows, channelNames: [String]? = nil,
    unit: String
  ) throws(RecordingError) -> SampledSignal {
    let held = hdf5 == nil ? try array(path) : nil
    let part = Self.hdf5Path(path)
    let shape: [Int]
    if let held { shape = held.shape } else { shape = try extents(part).reversed() }
    guard shape.count == 2, 1...SampledSignal.channelLimit ~= shape[axis == .rows ? 1 : 0] else {
      throw invalid(path, "a matrix of samples and at most \(SampledSignal.channelLimit) channels", "shape \(shape)")
    }
    let (count, width) = axis == .rows ? (shape[0], shape[1]) : (shape[1], shape[0])
    guard channelNames?.count ?? width == width else {
      throw RecordingError.setting(
        name: "channel names", expected: "\(width), one a channel", found: "\(channelNames?.count ?? 0)")
    }
    let channels = (0..<width).map { SampledSignal.Channel(name: channelNames?[$0] ?? "\($0 + 1)", unit: unit) }
    var next = 0
    return try SampledSignal(channels: channels, sampleRateInHertz: sampleRateInHertz, sampleCount: count) {
      limit throws(RecordingError) in
      let samples = next..<min(next + limit, count)
      next = samples.upperBound
      guard !samples.isEmpty else { return [] }
      var values: [Double] = []
      var (start, height) = (0, samples.count)
      if let held {
        (values, start, height) = (held.values, samples.lowerBound, count)
        if axis == .columns { start *= width }
      } else if let hdf5 {
        values = try block(part, axis == .rows ? [0..<width, samples] : [samples, 0..<width], in: hdf5)
      }
      guard axis == .rows else { return values[start..<start + samples.count * width].map { Float($0) } }
      var transposed = [Float](repeating: 0, count: samples.count * width)
      for sample in 0..<samples.count {
        for channel in 0..<width {
          transposed[sample * width + channel] = Float(values[channel * height + start + sample])
        }
      }
      return transposed
    }
  }

  /// The arrays that the file begins with, by name and extents: of level 5 the variables, of HDF5 files the datasets outside of
  /// structs.
  /// - Throws: `RecordingError`: the file is damaged.
  public func arrays() throws(RecordingError) -> [(path: String, shape: [Int])] {
    if let hdf5 {
      let reader = HDF5PartReader(path: path, file: hdf5)
      let children = try reader.reading("/") { () throws(HDF5Error) in try hdf5.children() }
      var arrays: [(path: String, shape: [Int])] = []
      for child in children where child.kind == .dataset {
        arrays.append((child.name, try shape(child.name, in: hdf5).reversed()))
      }
      return arrays
    }
    var arrays: [(path: String, shape: [Int])] = []
    try forEachVariable { head, _ throws(RecordingError) in
      arrays.append((head.name, head.shape))
      return true
    }
    return arrays
  }

  /// The variable of that name in a file of level 5.
  private func variable(_ name: String) throws(RecordingError) -> MATMatrix {
    var names: [String] = []
    var found: MATMatrix?
    try forEachVariable { head, whole throws(RecordingError) in
      guard head.name == name else {
        names.append(head.name)
        return true
      }
      found = try whole()
      return false
    }
    guard let found else {
      throw invalid(name, "a variable of that name", "only \(names.prefix(16).joined(separator: ", "))")
    }
    return found
  }

  /// Calls `body` with the variables of a file of level 5, of which name and extents were read, and what reads all of each;
  /// ends where it returns `false`.
  private func forEachVariable(
    _ body: (_ head: MATMatrix, _ whole: () throws(RecordingError) -> MATMatrix) throws(RecordingError) -> Bool
  ) throws(RecordingError) {
    var at = Self.headerBytes
    while at + 8 <= file.size {
      let tag = MATElementReader(
        path: path, bytes: try file.bytes(at: at, count: 8, of: "an element"), isBigEndian: isBigEndian, origin: at)
      let (type, size) = (tag.number(at: 0, bytes: 4), tag.number(at: 4, bytes: 4))
      let data = at + 8..<at + 8 + size
      let isCompressed = type == MATElementReader.compressed
      guard isCompressed || type == MATElementReader.matrix else {
        throw tag.flaw("a variable", "an element of type \(type)")
      }
      func matrix(upTo limit: Int) throws(RecordingError) -> MATMatrix {
        let bytes = try element(data, isCompressed: isCompressed, limit: limit)
        return try MATMatrix(MATElementReader(path: path, bytes: bytes, isBigEndian: isBigEndian, origin: at))
      }
      func whole() throws(RecordingError) -> MATMatrix { try matrix(upTo: Self.byteLimit) }
      // Name and extents lie near the beginning.
      let head: MATMatrix
      if let near = try? matrix(upTo: 1 << 12) { head = near } else { head = try whole() }
      guard try body(head, whole) else { return }
      // Only elements that are not compressed are padded.
      at += 8 + (isCompressed ? size : (size + 7) / 8 * 8)
    }
  }

  /// The parts of an array, as far as `limit` for one that is compressed.
  private func element(_ data: Range<Int>, isCompressed: Bool, limit: Int) throws(RecordingError) -> [UInt8] {
    guard isCompressed else {
      return try file.bytes(at: data.lowerBound, count: min(data.count, limit), of: "an array")
    }
    let reader = try InflatingReader(file: file, part: data, method: .zlib)
    var bytes = [UInt8]()
    // The array comes with a tag of its own.
    var needed = 8
    while bytes.count < needed {
      // Room is made as bytes come, not as a damaged size asks.
      var piece = [UInt8](repeating: 0, count: min(needed - bytes.count, 1 << 20))
      var filled = 0
      try piece.withUnsafeMutableBufferPointer { buffer throws(RecordingError) in
        try reader.read(into: UnsafeMutableRawBufferPointer(buffer), filled: &filled)
      }
      guard filled == piece.count else {
        throw RecordingError.truncated(
          file: path, byte: data.lowerBound, expected: "an array of \(needed) bytes", found: "\(bytes.count + filled)")
      }
      bytes += piece
      if bytes.count == 8 {
        let tag = MATElementReader(path: path, bytes: bytes, isBigEndian: isBigEndian, origin: data.lowerBound)
        guard tag.number(at: 0, bytes: 4) == MATElementReader.matrix else {
          throw tag.flaw("an array", "another element")
        }
        let size = tag.number(at: 4, bytes: 4)
        guard limit < Self.byteLimit || size <= limit else {
          throw tag.flaw("an array of at most \(limit) bytes", "\(size)")
        }
        needed += min(size, limit)
      }
    }
    return Swift.Array(bytes[8...])
  }

  private static func hdf5Path(_ path: String) -> String { path.split(separator: ".").joined(separator: "/") }

  private static func product(_ shape: [Int]) -> Int? {
    var product = 1
    for extent in shape {
      let (next, overflow) = product.multipliedReportingOverflow(by: extent)
      guard !overflow else { return nil }
      product = next
    }
    return product
  }

  /// The extents of a dataset where this is an HDF5 file.
  private func extents(_ part: String) throws(RecordingError) -> [Int] {
    guard let hdf5 else { return [] }
    return try shape(part, in: hdf5)
  }

  private func shape(_ part: String, in file: HDF5File) throws(RecordingError) -> [Int] {
    try HDF5PartReader(path: path, file: file).reading(part) { () throws(HDF5Error) in try file.shape(of: part) }
  }

  /// A block of a dataset as Double, whatever numbers it holds.
  private func block(_ part: String, _ block: [Range<Int>], in file: HDF5File) throws(RecordingError) -> [Double] {
    let count = block.reduce(1) { $0 * $1.count }
    return try HDF5PartReader(path: path, file: file).reading(part) { () throws(HDF5Error) in
      let isWhole = try file.elementType(of: part).converts(to: Int64.hdf5ElementType)
      guard !isWhole else {
        var values = [Int64](repeating: 0, count: count)
        try values.withUnsafeMutableBufferPointer { buffer throws(HDF5Error) in
          try file.read(part, block: block, into: buffer)
        }
        return values.map { Double($0) }
      }
      var values = [Double](repeating: 0, count: count)
      try values.withUnsafeMutableBufferPointer { buffer throws(HDF5Error) in
        try file.read(part, block: block, into: buffer)
      }
      return values
    }
  }

  private func invalid(_ part: String, _ expected: String, _ found: String) -> RecordingError {
    .fileFormat(file: path, part: part, expected: expected, found: found)
  }
}
