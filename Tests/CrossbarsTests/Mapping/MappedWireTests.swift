import Crossbars
import Devices
import Kernels
import Testing

/// Wires in the reads of mappings other than the pair.
@Suite struct MappedWireTests {
  private static let (rows, columns) = (40, 21)
  private static let active: [Int32] = [0, 3, 4, 9, 17, 18, 30, 39]
  private static let lines = LineResistances(wordLine: 2.5, bitLine: 4, driver: 100, sense: 50)

  private static func array(
    _ mapping: WeightMapping, _ model: WireParameters.Model?, lines: LineResistances = lines, bits: Int = 0
  ) -> CrossbarArray {
    let array = CrossbarArray.make(
      rows: rows, columns: columns, tile: (16, 16), device: .quiet,
      converter: bits > 0 ? Converter(bits: bits, fullScale: .worstCase, offsetSigma: 0) : nil,
      wires: model.map { WireParameters(model: $0, lines: lines) }, mapping: mapping)
    var random = ReferenceRandom(11)
    array.deploy((0..<rows * columns).map { _ in Float(Int.random(in: -31...31, using: &random)) * 0.5 / 31 })
    return array
  }

  @Test(arguments: allMappings, [WireParameters.Model.exact, .approximate, .gated])
  func wiresWithoutResistanceChangeNothing(mapping: WeightMapping, model: WireParameters.Model) {
    let tiny = LineResistances(wordLine: 1e-6, bitLine: 1e-6, driver: 0, sense: 0)
    let (ideal, wired) = (Self.array(mapping, nil), Self.array(mapping, model, lines: tiny))
    for (sum, expected) in zip(wired.read(Self.active), ideal.read(Self.active)) { #expect(abs(sum - expected) < 2e-5) }
  }

  /// Line by line through converters that hardly round, or all at once without: two ways to the same sums.
  @Test(arguments: allMappings, [WireParameters.Model.exact, .approximate, .gated])
  func linesApartAndTogetherAgree(mapping: WeightMapping, model: WireParameters.Model) {
    let (together, apart) = (Self.array(mapping, model), Self.array(mapping, model, bits: 16))
    let ideal = Self.array(mapping, nil)
    let tolerance: Float = {
      // Slices are resolved to whole digits at the finest, which currents behind wires are not.
      guard case .bitSlices(let slices) = mapping.scheme else { return 1e-3 }
      return 3 * 0.5 / 31 / 2 * Float((1 << (slices.deviceBits * slices.sliceCount)) - 1) + 1e-3
    }()
    var lost: Float = 0
    for (index, sum) in apart.read(Self.active).enumerated() {
      #expect(abs(sum - together.read(Self.active)[index]) < tolerance)
      lost = max(lost, abs(ideal.read(Self.active)[index] - together.read(Self.active)[index]))
    }
    #expect(lost > 1e-3)
  }

  /// The reference column is one more column of the circuit, at the far end of the word lines.
  @Test func referencesAreColumnsOfTheCircuit() throws {
    let array = Self.array(WeightMapping(.referenceColumn), .exact)
    let conductances = array.conductances(plane: 0).map(Double.init)
    var expected = [Double](repeating: 0, count: Self.columns)
    for firstRow in stride(from: 0, to: Self.rows, by: 16) {
      let rows = firstRow..<min(firstRow + 16, Self.rows)
      for firstColumn in stride(from: 0, to: Self.columns, by: 16) {
        let columns = firstColumn..<min(firstColumn + 16, Self.columns)
        let circuit = try CrossbarCircuit(
          rows: rows.count, columns: columns.count + 1,
          conductances: rows.flatMap { row in columns.map { conductances[row * Self.columns + $0] } + [5.5e-6] },
          lines: Self.lines)
        let voltages = rows.map { Self.active.contains(Int32($0)) ? 1.0 : 0 }
        let currents = try circuit.solve(voltages: voltages, vectors: 1).currents
        for (index, column) in columns.enumerated() {
          expected[column] += (currents[index] - currents[columns.count]) * 2 * 0.5 / 9e-6
        }
      }
    }
    for (sum, expected) in zip(array.read(Self.active), expected) { #expect(abs(Double(sum) - expected) < 2e-6) }
  }

  /// A slice behind converters is the current of its own circuit, rounded to digits.
  @Test func slicesAreCircuitsOfTheirOwn() throws {
    let slices = BitSlices(weightBits: 6, deviceBits: 4, signs: .pairs)
    let array = Self.array(WeightMapping(.bitSlices(slices)), .exact, bits: 10)
    let planes = (0..<4).map { array.conductances(plane: $0).map(Double.init) }
    var expected = [Double](repeating: 0, count: Self.columns)
    for firstRow in stride(from: 0, to: Self.rows, by: 16) {
      let rows = firstRow..<min(firstRow + 16, Self.rows)
      for firstColumn in stride(from: 0, to: Self.columns, by: 16) {
        let columns = firstColumn..<min(firstColumn + 16, Self.columns)
        for slice in 0..<2 {
          let currents = try [slice, slice + 2].map { plane in
            try CrossbarCircuit(
              rows: rows.count, columns: columns.count,
              conductances: rows.flatMap { row in columns.map { planes[plane][row * Self.columns + $0] } },
              lines: Self.lines
            ).solve(voltages: rows.map { Self.active.contains(Int32($0)) ? 1.0 : 0 }, vectors: 1).currents
          }
          for (index, column) in columns.enumerated() {
            let digits = (currents[0][index] - currents[1][index]) / 9e-6 * Double(slices.largestDigit(slice: slice))
            expected[column] += digits.rounded(.toNearestOrEven) * Double(1 << (4 * slice)) * 0.5 / 31
          }
        }
      }
    }
    for (sum, expected) in zip(array.read(Self.active), expected) { #expect(abs(Double(sum) - expected) < 1e-4) }
  }
}
