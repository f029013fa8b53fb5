import Checkpoints
import Crossbars
import Testing

@Suite struct RoundTripTests {
  let folder: TemporaryFolder
  let path: String

  init() throws {
    folder = try TemporaryFolder()
    path = folder.file("x.h5")
  }

  @Test func devicesComeBackBitEqual() throws {
    let checkpoint = Specimen.devices()
    try CheckpointWriter.write(checkpoint, to: path)
    #expect(try CheckpointReader.read(path) == checkpoint)
    #expect(try folder.names() == ["x.h5"])
  }

  /// The names of the layers order otherwise than the layers do.
  @Test func idealPairsAndEmptyStateComeBackBitEqual() throws {
    let checkpoint = Specimen.idealPairs()
    try CheckpointWriter.write(checkpoint, to: path)
    let loaded = try CheckpointReader.read(path)
    #expect(loaded == checkpoint)
    #expect(loaded.network.layers.map(\.name) == ["hidden10", "hidden2"])
  }

  /// Each kind of array lacks parts that others have: what is empty is absent from the file and comes back empty.
  @Test(arguments: [
    Absence("wear") { $0.wear = [] }, Absence("sets_since_reset") { $0.setsSinceReset = [] },
    Absence("write_tick") { ($0.writeTicks, $0.retentionCoefficients) = ([], []) },
    Absence("trap_occupied") { $0.trapOccupancy = [] }, Absence("refresh_pulses") { $0.refreshPulses = [] },
    Absence("verify_reads") { ($0.verifyReads, $0.verifyHistograms) = ([], []) },
    Absence("row_phases") { ($0.rowPhases, $0.pendingRowDisturb, $0.pendingColumnDisturb) = ([], [], []) },
    Absence("ageing_clocks") {
      ($0.writeTicks, $0.retentionCoefficients, $0.trapOccupancy, $0.ageingClocks) = ([], [], [], [])
    },
  ])
  func whatAnArrayHasNotIsAbsent(_ absence: Absence) throws {
    var checkpoint = Specimen.devices()
    for layer in checkpoint.network.layers.indices { absence.remove(&checkpoint.network.layers[layer].array) }
    try CheckpointWriter.write(checkpoint, to: path)
    #expect(try CheckpointReader.read(path) == checkpoint)
    let names = try CheckpointSummary(ofFile: path).datasets.map(\.path)
    #expect(!names.contains("/network/layers/hidden1/\(absence.name)"))
    #expect(!checkpoint.network.shapeMismatch(with: Specimen.devices().network).isEmpty)
  }

  /// Neurons at several places share the array of a convolution.
  @Test func placesComeBack() throws {
    var checkpoint = Specimen.devices()
    let columns = checkpoint.network.layers[0].columns
    checkpoint.network.layers[0].places = 6
    checkpoint.network.layers[0].potentials = (0..<6 * columns).map { Float($0) / 7 }
    try CheckpointWriter.write(checkpoint, to: path)
    #expect(try CheckpointReader.read(path) == checkpoint)
    #expect(!checkpoint.network.shapeMismatch(with: Specimen.devices().network).isEmpty)
    checkpoint.network.layers[0].potentials.removeLast()
    #expect(throws: CheckpointError.self) { try CheckpointWriter.write(checkpoint, to: path) }
  }

  /// Sign bits, complements, scales and kept solutions come back, and impossible ones are refused.
  @Test func mappingsComeBack() throws {
    var checkpoint = Specimen.devices()
    let layer = checkpoint.network.layers[0]
    let tiles = layer.array.writes.count
    let tileRows = tiles / layer.array.activity.count
    checkpoint.network.layers[0].array.signBits = [(0..<layer.rows * layer.columns).map { UInt8($0 % 2) }]
    checkpoint.network.layers[0].array.complementColumns = (0..<tileRows * layer.columns).map { UInt8($0 % 3 / 2) }
    checkpoint.network.layers[0].array.tileScales = (0..<tiles).map { 1 / Float($0 + 1) }
    checkpoint.network.layers[0].array.solvedStates = layer.array.conductances
    try CheckpointWriter.write(checkpoint, to: path)
    #expect(try CheckpointReader.read(path) == checkpoint)
    let changes: [(inout CrossbarArray.State) -> Void] = [
      { $0.signBits[0][1] = 2 }, { $0.complementColumns[0] = 9 }, { $0.tileScales[0] = 0 }, { $0.tileScales[0] = 1.5 },
      { $0.solvedStates[0][0] = .nan }, { $0.complementColumns.removeLast() },
    ]
    for change in changes {
      var broken = checkpoint
      change(&broken.network.layers[0].array)
      #expect(throws: CheckpointError.self) { try CheckpointWriter.write(broken, to: path) }
    }
  }

  /// The states of capacitive devices are farads, and everything that sums them up is.
  @Test func capacitancesKeepTheirUnit() throws {
    var checkpoint = Specimen.devices()
    checkpoint.network.layers[0].stateUnit = "F"
    try CheckpointWriter.write(checkpoint, to: path)
    #expect(try CheckpointReader.read(path) == checkpoint)
    let summary = try CheckpointSummary(ofFile: path)
    #expect(summary.layers.map(\.stateUnit) == ["F", "S"])
    for name in ["conductance", "travel", "write_charges"] {
      let units = ["hidden1", "readout"].map { layer in
        summary.datasets.first { $0.path == "/network/layers/\(layer)/\(name)" }?.units
      }
      #expect(units == ["F", "S"])
    }
    #expect(
      checkpoint.network.shapeMismatch(with: Specimen.devices().network)
        == ["layer hidden1: unit of states F in the checkpoint, S in the experiment"])
  }

  /// Equality of numbers hides the sign of zero and the smallest numbers could be flushed.
  @Test func signedZerosAndSubnormalsKeepTheirBits() throws {
    var checkpoint = Specimen.devices()
    let values: [Float] = [-0.0, .leastNonzeroMagnitude, -.greatestFiniteMagnitude, .ulpOfOne]
    checkpoint.network.layers[0].potentials = values
    try CheckpointWriter.write(checkpoint, to: path)
    let loaded = try CheckpointReader.read(path).network.layers[0].potentials
    #expect(loaded.map(\.bitPattern) == values.map(\.bitPattern))
  }

  @Test func theSameStateGivesTheSameBytes() throws {
    try CheckpointWriter.write(Specimen.devices(), to: path)
    try CheckpointWriter.write(Specimen.devices(), to: folder.file("y.h5"))
    #expect(try bytes(of: path) == bytes(of: folder.file("y.h5")))
  }

  @Test func aFileInThePlaceIsReplaced() throws {
    try CheckpointWriter.write(Specimen.devices(seed: 8), to: path)
    try CheckpointWriter.write(Specimen.devices(seed: 9), to: path)
    #expect(try CheckpointReader.read(path) == Specimen.devices(seed: 9))
  }

  @Test func theSummaryCountsWhatTheStateHolds() throws {
    let checkpoint = Specimen.devices()
    try CheckpointWriter.write(checkpoint, to: path)
    let summary = try CheckpointSummary(ofFile: path)
    let array = checkpoint.network.layers[0].array
    let layer = try #require(summary.layers.first)
    #expect(summary.position == checkpoint.position)
    #expect((layer.name, layer.rows, layer.columns) == ("hidden1", 5, 4))
    #expect(layer.setPulses == array.setPulses.flatMap { $0 }.reduce(0) { $0 + UInt64($1) })
    #expect(layer.refreshPulses == array.refreshPulses.flatMap { $0 }.reduce(0) { $0 + UInt64($1) })
    #expect(layer.verifyReads == array.verifyReads.flatMap { $0 }.reduce(0) { $0 + UInt64($1) })
    #expect(layer.stuckDevices == array.conditions.flatMap { $0 }.count { $0 != 0 })
    #expect(layer.wornDevices == array.conditions.flatMap { $0 }.count { $0 >= 3 })
    let conductances = array.conductances.flatMap { $0 }
    #expect(layer.conductanceRange == conductances.min()!...conductances.max()!)
    func dataset(_ name: String) throws -> CheckpointSummary.Dataset {
      try #require(summary.datasets.first { $0.path == "/network/layers/\(name)" })
    }
    let pulses = try dataset("hidden1/set_pulses")
    #expect((pulses.type, pulses.shape, pulses.units) == ("UInt64", [2, 5, 4], "1"))
    #expect(try dataset("readout/set_pulses").shape == [4, 4, 3])
    #expect(try dataset("readout/write_counts").shape == [2, 2, WriteActivity.counts.count])
    #expect(try dataset("readout/verify_histograms").shape == [2, 2, VerifyHistogram.binCount])
    #expect(try dataset("readout/ageing_clocks").shape == [3, 2])
    #expect(try dataset("readout/row_phases").shape == [4, 2, 4])
    #expect(try dataset("readout/pending_row_disturb").shape == [2, 4, 2, 4])
    #expect(try dataset("readout/pending_column_disturb").shape == [2, 4, 2, 32])
    for name in WriteActivity.counts.map({ $0.name }) {
      #expect(try dataset("hidden1/write_counts").description.contains(name))
    }
    #expect(summary.datasets.allSatisfy { !$0.units.isEmpty && !$0.description.isEmpty })
    #expect(summary.fileBytes == (try bytes(of: path).count))
  }

  /// Each SET of the plus device of an ideal pair is a RESET of its minus device.
  @Test func theSummaryCountsBothDevicesOfIdealPairs() throws {
    let checkpoint = Specimen.idealPairs()
    try CheckpointWriter.write(checkpoint, to: path)
    let layer = try CheckpointSummary(ofFile: path).layers[0]
    let array = checkpoint.network.layers[0].array
    let all = (array.setPulses + array.resetPulses).flatMap { $0 }.reduce(0) { $0 + UInt64($1) }
    #expect((layer.setPulses, layer.resetPulses) == (all, all))
    #expect(layer.isIdeal && layer.stuckDevices == 0 && layer.conductanceRange == nil)
  }
}

/// A part of the state that an array may lack.
struct Absence: Sendable, CustomTestStringConvertible {
  let name: String
  let remove: @Sendable (inout CrossbarArray.State) -> Void

  init(_ name: String, _ remove: @escaping @Sendable (inout CrossbarArray.State) -> Void) {
    self.name = name
    self.remove = remove
  }

  var testDescription: String { name }
}
