import Checkpoints
import Crossbars
import Devices
import Kernels
import Testing

/// Arrays as they are, with some writes behind them: what they hold fits the schema, and comes back.
@Suite struct WrittenArrayTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var device: String
    var writing = WriteParameters()
    /// Datasets that it must have beside those of every array.
    var datasets: [String] = []

    var testDescription: String { "\(device), \(writing.biasing), \(writing.devicesPerPolarity)" }
  }

  static let cases = [
    Case(device: "ideal", datasets: ["weights"]),
    Case(device: "rram-taox-hfox", datasets: ["wear", "write_counts", "write_charges", "tile_read_activity"]),
    Case(
      device: "rram-epiram",
      writing: WriteParameters(scheme: .writeVerify(WriteVerify(attemptLimit: 30)), biasing: .thirdVoltage),
      datasets: ["verify_reads", "verify_histograms", "row_phases", "pending_row_disturb", "pending_column_disturb"]),
    Case(
      device: "pcm-gst-2018",
      writing: WriteParameters(
        direction: .oneSided, devicesPerPolarity: 3, refresh: PairRefresh(saturation: 0.4, counterpart: 0.1)),
      datasets: [
        "sets_since_reset", "write_tick", "retention_coefficient", "refresh_pulses", "ageing_clocks", "trap_occupied",
      ]),
    Case(device: "fcm-hzo", writing: WriteParameters(biasing: .halfVoltage), datasets: ["row_phases"]),
  ]

  private func array(_ item: Case) throws -> CrossbarArray {
    var device = try #require(DeviceTechnology.named(item.device)).parameters
    if item.datasets.contains("trap_occupied") { device.telegraphNoise = TelegraphNoise(fraction: 0.3) }
    return CrossbarArray(
      layout: BlockedLayout(rows: 22, columns: 37, tileRows: 8, tileColumns: 20),
      parameters: .init(
        index: 3, weightLimit: 0.5, converter: nil, hasReadNoise: true, device: device, writing: item.writing), seed: 7)
  }

  private func write(_ array: CrossbarArray, events: Range<UInt64>) {
    let layout = array.layout
    let stream = RandomStream(key: 11)
    for event in events {
      for block in 0..<layout.blockCount {
        var requests: [PulseRequest] = []
        for row in 0..<layout.rows {
          for column in layout.columns(inBlock: block) {
            let word = stream.words(array: row, item: column, event: event)[0]
            guard word % 4 == 0 else { continue }
            let pulses = Int32(word >> 8 % 4) % 4 + 1
            requests.append(
              PulseRequest(
                position: Int32(layout.index(row: row, column: column)), pulses: word & 16 == 0 ? pulses : -pulses))
          }
        }
        array.program(requests, block: block, event: event, tick: event * 50)
      }
      let rows: [Int32] = [1, 9, 20]
      var sums = [Float](repeating: 0, count: layout.blockWidth)
      for block in 0..<layout.blockCount {
        rows.withUnsafeBufferPointer { array.read(block: block, rows: $0, tick: event * 50 + 7, into: &sums) }
      }
    }
  }

  private func checkpoint(_ array: CrossbarArray, ticks: UInt64) -> Checkpoint {
    let columns = array.layout.columns
    let layer = LayerSnapshot(
      name: "readout", rows: array.layout.rows, columns: columns, array: array.state,
      stateUnit: array.parameters.device.quantity.unit, potentials: [Float](repeating: 0, count: columns),
      pendingChanges: [], inputTraces: [], eligibility: [], feedback: [])
    return Checkpoint(
      experiment: "", streamFingerprint: "", writtenBy: "test", seed: 7, position: RunPosition(),
      network: NetworkSnapshot(layers: [layer], readTicks: ticks, boundaries: 1))
  }

  @Test(arguments: cases) func itGoesOnAsIfNeverSaved(_ item: Case) throws {
    let folder = try TemporaryFolder()
    let path = folder.file("x.h5")
    let whole = try array(item)
    write(whole, events: 0..<12)
    let saved = checkpoint(whole, ticks: 700)
    try CheckpointWriter.write(saved, to: path)
    let read = try CheckpointReader.read(path)
    #expect(read == saved)
    let names = try CheckpointSummary(ofFile: path).datasets.map(\.path)
    for name in item.datasets { #expect(names.contains("/network/layers/readout/\(name)")) }

    let restored = try array(item)
    #expect(read.network.shapeMismatch(with: checkpoint(restored, ticks: 0).network).isEmpty)
    restored.state = read.network.layers[0].array
    #expect(restored.state == whole.state)
    #expect(restored.effectiveWeights == whole.effectiveWeights)
    for array in [whole, restored] { write(array, events: 12..<24) }
    #expect(restored.state == whole.state)
    #expect(restored.effectiveWeights == whole.effectiveWeights)
  }

  /// The state of one way of writing is refused for an array that is written in another.
  @Test func otherWaysOfWritingDoNotFit() throws {
    let snapshots = try Self.cases.map { checkpoint(try array($0), ticks: 0).network }
    for (index, snapshot) in snapshots.enumerated() {
      for (other, another) in snapshots.enumerated() {
        #expect(snapshot.shapeMismatch(with: another).isEmpty == (index == other))
      }
    }
  }
}
