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

  @Test func devicesWithoutWearComeBackBitEqual() throws {
    var checkpoint = Specimen.devices()
    for layer in checkpoint.network.layers.indices { checkpoint.network.layers[layer].array.wear = [] }
    try CheckpointWriter.write(checkpoint, to: path)
    #expect(try CheckpointReader.read(path) == checkpoint)
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
    #expect(layer.stuckDevices == array.conditions.flatMap { $0 }.count { $0 != 0 })
    #expect(layer.wornDevices == array.conditions.flatMap { $0 }.count { $0 >= 3 })
    let conductances = array.conductances.flatMap { $0 }
    #expect(layer.conductanceRange == conductances.min()!...conductances.max()!)
    let wear = try #require(summary.datasets.first { $0.path == "/network/layers/hidden1/set_pulses" })
    #expect((wear.type, wear.shape, wear.units) == ("UInt64", [2, 5, 4], "1"))
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
