import HDF5Store

/// A crossbar as a file describes it: conductances, row voltages, and the resistances of its lines.
public struct RecordedCrossbar: Sendable, Equatable {
  /// Rows.
  public let rows: Int
  /// Columns.
  public let columns: Int
  /// Vectors of row voltages.
  public let vectors: Int
  /// Conductances, row-major `[rows × columns]`, S.
  public let conductances: [Double]
  /// Row voltages `[rows × vectors]`, V.
  public let voltages: [Double]
  /// One segment of a word line, Ω.
  public let wordLineResistance: Double
  /// One segment of a bit line, Ω.
  public let bitLineResistance: Double
  /// Output of a row driver, Ω.
  public let driverResistance: Double
  /// Input of a sense amplifier, Ω.
  public let senseResistance: Double

  /// A crossbar.
  /// - Precondition: at least one row, column and vector, and a value for each cell and each voltage.
  public init(
    rows: Int, columns: Int, vectors: Int, conductances: [Double], voltages: [Double], wordLineResistance: Double,
    bitLineResistance: Double, driverResistance: Double = 0, senseResistance: Double = 0
  ) {
    precondition(
      rows > 0 && columns > 0 && vectors > 0 && conductances.count == rows * columns
        && voltages.count == rows * vectors, "one value for each cell and each voltage")
    self.rows = rows
    self.columns = columns
    self.vectors = vectors
    self.conductances = conductances
    self.voltages = voltages
    self.wordLineResistance = wordLineResistance
    self.bitLineResistance = bitLineResistance
    self.driverResistance = driverResistance
    self.senseResistance = senseResistance
  }
}

/// An HDF5 file with a crossbar circuit.
///
/// | dataset | shape | unit | |
/// |---|---|---|---|
/// | `G` | rows × columns | S | conductances, 0 where there is no cell |
/// | `V` | rows × vectors, or rows | V | voltages of the row drivers |
/// | `r_word_line`, `r_bit_line` | single value | Ω | one segment of a line |
/// | `r_driver`, `r_sense` | single value | Ω | may be left out: 0 |
public struct CrossbarFile: Sendable {
  /// Where the file is.
  public let path: String
  private let file: HDF5File

  /// Most cells, and most voltages.
  public static let largestCount = 1 << 26
  /// Largest conductance, S.
  public static let largestConductance = 1e3
  /// Largest magnitude of a voltage, V.
  public static let largestVoltage = 1e6
  /// Largest resistance, Ω.
  public static let largestResistance = 1e12

  /// Opens a file.
  /// - Throws: `CrossbarFileError.unreadable`.
  public init(path: String) throws(CrossbarFileError) {
    self.path = path
    do {
      file = try HDF5File.open(at: path)
    } catch {
      throw CrossbarFileError.unreadable(path: path, reason: "\(error)")
    }
  }

  /// Reads the circuit.
  /// - Throws: `CrossbarFileError`.
  public func read() throws(CrossbarFileError) -> RecordedCrossbar {
    let shape = try extents(of: "G", meaning: "conductances [rows x columns] in S")
    guard shape.count == 2, shape.allSatisfy({ $0 > 0 }) else {
      throw .wrongShape(file: path, dataset: "G", expected: "[rows x columns] with at least one of each", found: shape)
    }
    let drives = try extents(of: "V", meaning: "row voltages [rows x vectors] in V")
    guard (1...2).contains(drives.count), drives[0] == shape[0], drives.allSatisfy({ $0 > 0 }) else {
      throw .wrongShape(
        file: path, dataset: "V", expected: "[\(shape[0]) x vectors], a row for each of G", found: drives)
    }
    let range = 0...Self.largestResistance
    return RecordedCrossbar(
      rows: shape[0], columns: shape[1], vectors: drives.count == 2 ? drives[1] : 1,
      conductances: try numbers("G", shape, in: 0...Self.largestConductance, unit: "S"),
      voltages: try numbers("V", drives, in: -Self.largestVoltage...Self.largestVoltage, unit: "V"),
      wordLineResistance: try single("r_word_line", in: range), bitLineResistance: try single("r_bit_line", in: range),
      driverResistance: try single("r_driver", in: range, absent: 0),
      senseResistance: try single("r_sense", in: range, absent: 0))
  }

  private func extents(of dataset: String, meaning: String) throws(CrossbarFileError) -> [Int] {
    guard try isDataset(dataset) else { throw .missing(file: path, dataset: dataset, meaning: meaning) }
    let shape = try reading { () throws(HDF5Error) in try file.shape(of: dataset) }
    let count = shape.reduce((partialValue: 1, overflow: false)) { product, extent in
      let next = product.partialValue.multipliedReportingOverflow(by: extent)
      return (next.partialValue, product.overflow || next.overflow)
    }
    guard !count.overflow, count.partialValue <= Self.largestCount else {
      throw .wrongShape(file: path, dataset: dataset, expected: "at most \(Self.largestCount) values", found: shape)
    }
    return shape
  }

  private func isDataset(_ name: String) throws(CrossbarFileError) -> Bool {
    try reading { () throws(HDF5Error) in
      guard try file.exists(name) else { return false }
      return try file.kind(of: name) == .dataset
    }
  }

  private func numbers(
    _ dataset: String, _ shape: [Int], in range: ClosedRange<Double>, unit: String
  ) throws(CrossbarFileError) -> [Double] {
    let type = try reading { () throws(HDF5Error) in try file.elementType(of: dataset) }
    guard type.converts(to: Double.hdf5ElementType) else {
      throw .wrongType(file: path, dataset: dataset, found: "\(type)")
    }
    let values = try reading { () throws(HDF5Error) in try file.read(dataset, as: Double.self) }
    // Not-a-number lies in no range.
    guard let bad = values.firstIndex(where: { !range.contains($0) }) else { return values }
    let place = shape.isEmpty ? "" : " at \(Self.place(bad, in: shape))"
    throw .badValue(
      file: path, dataset: dataset, expected: "a finite number from \(range.lowerBound) to \(range.upperBound) \(unit)",
      found: "\(values[bad])\(place)")
  }

  /// Indices from 0 of an element, as in `[3, 4]`.
  private static func place(_ index: Int, in shape: [Int]) -> [Int] {
    shape.count == 2 ? [index / shape[1], index % shape[1]] : [index]
  }

  private func single(
    _ dataset: String, in range: ClosedRange<Double>, absent: Double? = nil
  ) throws(CrossbarFileError) -> Double {
    if let absent, try !reading({ () throws(HDF5Error) in try file.exists(dataset) }) { return absent }
    let shape = try extents(of: dataset, meaning: "a resistance in Ω, 0 for an ideal line")
    guard shape.allSatisfy({ $0 == 1 }) else {
      throw .wrongShape(file: path, dataset: dataset, expected: "a single value", found: shape)
    }
    return try numbers(dataset, [], in: range, unit: "Ω")[0]
  }

  private func reading<Result>(_ body: () throws(HDF5Error) -> Result) throws(CrossbarFileError) -> Result {
    do {
      return try body()
    } catch {
      throw .unreadable(path: path, reason: "\(error)")
    }
  }
}
