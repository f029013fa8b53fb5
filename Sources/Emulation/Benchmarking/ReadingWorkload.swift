import Crossbars
import Devices
import Kernels

/// Reads of one tile of 64 × 64 pairs with 2 % of the rows active, behind converters of 6 bits, with all that can lie between;
/// each against the read of plain pairs. And the solution of the wires of a tile against its nodal equations for one vector.
struct ReadingWorkload {
  private static let side = 64
  /// 2 % of 64 rows, and one more.
  private static let activeRows: [Int32] = [11, 43]

  private let settings: BenchmarkSettings

  init(_ settings: BenchmarkSettings) {
    self.settings = settings
  }

  func run() throws -> [BenchmarkLine] {
    let lines = LineResistances(wordLine: 1, bitLine: 1, driver: 100, sense: 50)
    let slices = WeightMapping(.bitSlices(BitSlices(signs: .twosComplement)))
    let arrays: [(name: String, array: CrossbarArray)] = [
      ("pair", array()),
      ("exact-wires", array(wires: WireParameters(model: .exact, lines: lines))),
      ("gated-wires", array(wires: WireParameters(model: .gated, lines: lines))),
      ("reference-column", array(mapping: WeightMapping(.referenceColumn))),
      ("bit-slices", array(mapping: slices)),
    ]
    let rates = try InterleavedTiming.rates(arrays.map { reads(of: $0.array) }, repetitions: settings.repetitions)
    let published = PublishedFigure.tileRead
    return [
      BenchmarkLine(
        .read, published.name, rates[0] / 1e6, "Mreads/s", baseline: published.baseline, published.value / 1e6)
    ]
      + arrays.indices.dropFirst().map {
        BenchmarkLine(
          .read, arrays[$0].name, rates[$0] / 1e6, "Mreads/s", baseline: "pairs without wires", rates[0] / 1e6)
      } + [try solution(lines: lines)]
  }

  private func array(wires: WireParameters? = nil, mapping: WeightMapping = WeightMapping()) -> CrossbarArray {
    guard var device = DeviceTechnology.named("rram-taox-hfox")?.parameters else {
      preconditionFailure("the usual device is known")
    }
    device.endurance = .unlimited
    let array = CrossbarArray(
      layout: BlockedLayout(rows: Self.side, columns: Self.side, tileRows: Self.side, tileColumns: Self.side),
      parameters: .init(
        index: 0, weightLimit: 0.3, converter: Converter(bits: 6, fullScale: .activeRows(4), offsetSigma: 0),
        hasReadNoise: true, device: device, wires: wires, mapping: mapping), seed: settings.seed)
    let stream = RandomStream(seed: settings.seed, purpose: .initialWeights)
    array.deploy(
      (0..<Self.side * Self.side).map { 0.1 * stream.gaussians(array: 0, item: $0, event: 0)[0] })
    return array
  }

  private func reads(of array: CrossbarArray) -> TimedWork {
    let calls = settings.scaled(20_000)
    var sums = [Float](repeating: 0, count: array.layout.blockWidth)
    var tick: UInt64 = 0
    return TimedWork(amount: Double(calls)) {
      Self.activeRows.withUnsafeBufferPointer { rows in
        sums.withUnsafeMutableBufferPointer { sums in
          guard let base = sums.baseAddress else { return }
          for _ in 0..<calls {
            array.read(block: 0, rows: rows, tick: tick, into: base)
            tick += 1
          }
        }
      }
    }
  }

  /// Solutions of the wires of a tile that was written, for all inputs at once.
  private func solution(lines: LineResistances) throws -> BenchmarkLine {
    let stream = RandomStream(seed: settings.seed, purpose: .deviceVariation)
    let conductances = (0..<Self.side * Self.side).map {
      1e-5 * (0.1 + 0.9 * Double(RandomStream.uniform(stream.words(array: 0, item: $0, event: 0)[0])))
    }
    let circuit = try CrossbarCircuit(
      rows: Self.side, columns: Self.side, conductances: conductances, lines: lines)
    let voltages = (0..<Self.side).map { Self.activeRows.contains(Int32($0)) ? 0.1 : 0 }
    let calls = settings.scaled(20)
    let rates = try InterleavedTiming.rates(
      [
        TimedWork(amount: Double(calls)) { for _ in 0..<calls { _ = try? circuit.transfer() } },
        TimedWork(amount: Double(calls)) {
          for _ in 0..<calls { _ = try? circuit.solve(voltages: voltages, vectors: 1) }
        },
      ], repetitions: settings.repetitions)
    return BenchmarkLine(
      .read, "solve-wires", rates[0], "tiles/s", baseline: "all nodes, one vector of voltages", rates[1])
  }
}
