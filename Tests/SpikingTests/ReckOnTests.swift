import Foundation
import Kernels
import Recordings
import Spiking
import Testing

/// The forward pass of the ReckOn chip, made of quantised membranes: every recorded number, exactly.
///
/// 40 inputs, 100 recurrent neurons, 2 outputs. In a tick every potential is first compared with the threshold, then leaks by
/// a 16-bit factor, then a spike takes the threshold off it; after that arrive the input spikes of the tick before and
/// the spikes just made, through 8-bit weights that are shifted left by three. The first tick only starts the machine. Output potentials
/// and traces of rows leak the same way. Outputs are compared in the last 150 ticks.
@Suite struct ReckOnTests {
  private struct Record: Decodable {
    var sample: Int
    var label: Int
    var spikes_per_250_steps: [Int]
    var final_u: [Int32]
    var final_vo: [Int32]
    var final_trace_rec: [Int32]
    var final_trace_in: [Int32]
    var winner_counts: [Int]
  }

  /// Weights as released, `[rows][columns]`.
  private struct Weights {
    var input: [[Int32]]
    var recurrent: [[Int32]]
    var output: [[Int32]]
  }

  private struct Chip {
    static let (threshold, weightShift): (Int32, Int32) = (614, 3)
    static let membrane = QuantisedMembrane(
      bits: 16, scale: 1, leak: .product(factor: 0x7FEF, isStochastic: false))
    /// 0x79 of 2⁷.
    static let readout = QuantisedMembrane(
      bits: 16, scale: 1, leak: .product(factor: 0x79 << 8, isStochastic: false))
    /// What a spike adds to the trace of its row, and its largest value.
    static let (inputTrace, recurrentTrace, largestTrace): (Int32, Int32, Int32) = (8 << 3, 8 << 4, 4095)

    let weights: Weights
    var potentials = [Int32](repeating: 0, count: 100)
    var outputs = [Int32](repeating: 0, count: 2)
    var inputTraces = [Int32](repeating: 0, count: 40)
    var recurrentTraces = [Int32](repeating: 0, count: 100)
    var spiking: [Int] = []

    /// Compares, leaks and resets.
    mutating func step() {
      spiking = potentials.indices.filter { potentials[$0] >= Self.threshold }
      for neuron in potentials.indices {
        let charge = potentials[neuron] >= Self.threshold ? Self.threshold : 0
        potentials[neuron] = Self.membrane.next(potentials[neuron], input: 0, charge: charge)
      }
      outputs = outputs.map { Self.readout.decayed($0) }
      inputTraces = inputTraces.map { Self.membrane.decayed($0) }
      recurrentTraces = recurrentTraces.map { Self.membrane.decayed($0) }
    }

    /// Takes input spikes and the spikes just made, one event after the other.
    mutating func propagate(_ active: [Int]) {
      for row in active {
        Self.add(weights.input[row], to: &potentials)
        inputTraces[row] = min(inputTraces[row] + Self.inputTrace, Self.largestTrace)
      }
      for neuron in spiking {
        Self.add(weights.recurrent[neuron], to: &potentials)
        Self.add(weights.output[neuron], to: &outputs)
        recurrentTraces[neuron] = min(recurrentTraces[neuron] + Self.recurrentTrace, Self.largestTrace)
      }
    }

    private static func add(_ row: [Int32], to values: inout [Int32]) {
      for column in row.indices { values[column] = membrane.clipped(values[column] + row[column] << weightShift) }
    }
  }

  private static let folder: String = {
    let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let data =
      ProcessInfo.processInfo.environment["CROSSPOINT_DATA"]
      ?? package.appendingPathComponent("../shared/data").standardizedFileURL.path
    return data + "/cue-accumulation"
  }()

  /// One whole number a line, row by row.
  private static func weights(_ part: String, rows: Int) throws -> [[Int32]] {
    let text = try String(contentsOfFile: "\(folder)/init_rand_weights_\(part)_cueAcc.dat", encoding: .utf8)
    let numbers = text.split(whereSeparator: \.isWhitespace).compactMap { Int32($0) }
    let columns = numbers.count / rows
    return (0..<rows).map { Array(numbers[$0 * columns..<($0 + 1) * columns]) }
  }

  @Test(
    .enabled(
      if: FileManager.default.fileExists(atPath: folder), "needs cue-accumulation in CROSSPOINT_DATA"),
    arguments: 0..<3)
  func everyRecordedNumberIsReproduced(index: Int) throws {
    let url = try #require(
      Bundle.module.url(forResource: "golden_reckon", withExtension: "json", subdirectory: "Fixtures"))
    let record = try JSONDecoder().decode([Record].self, from: Data(contentsOf: url))[index]
    let source = try SpikeTextSource(path: Self.folder, tickInMicroseconds: 1000)
    let tests = (0..<source.sampleCount).filter { source.description(ofSample: $0).split == .test }
    let sample = tests[record.sample]
    #expect(source.description(ofSample: sample).label == record.label)
    var raster = SpikeRaster(rowCount: 0)
    try source.encode(sample: sample, into: &raster)
    #expect(raster.tickCount == 2250)

    var chip = Chip(
      weights: Weights(
        input: try Self.weights("inp", rows: 40), recurrent: try Self.weights("rec", rows: 100),
        output: try Self.weights("out", rows: 100)))
    var spikes = [Int](repeating: 0, count: 9)
    var won = [0, 0]
    for tick in 2...2250 {
      chip.step()
      spikes[(tick - 1) / 250] += chip.spiking.count
      if tick > 2100 { won[chip.outputs[1] > chip.outputs[0] ? 1 : 0] += 1 }
      if tick < 2250 { chip.propagate(raster.activeRows(at: tick - 1).map(Int.init)) }
    }
    #expect(spikes == record.spikes_per_250_steps)
    #expect(won == record.winner_counts)
    #expect(chip.potentials == record.final_u)
    #expect(chip.outputs == record.final_vo)
    #expect(chip.recurrentTraces == record.final_trace_rec)
    #expect(chip.inputTraces == record.final_trace_in)
  }
}
