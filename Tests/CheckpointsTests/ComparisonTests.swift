import Checkpoints
import Testing

@Suite struct ComparisonTests {
  @Test func aCheckpointIsTheSameAsItself() {
    let comparison = CheckpointComparison(Specimen.devices(), Specimen.devices())
    #expect(comparison.isSame && comparison.tensorCount > 10)
  }

  @Test func timeOfComputingIsNotCompared() {
    var other = Specimen.devices()
    other.position.wallSeconds += 1
    #expect(CheckpointComparison(Specimen.devices(), other).isSame)
  }

  @Test func differencesAreNamedPlacedAndMeasured() throws {
    let first = Specimen.devices()
    var second = first
    second.network.layers[0].array.wear[1][2] += 0.5
    second.network.layers[0].array.wear[0][1] -= 0.25
    second.position.samplesSeen += 3
    let comparison = CheckpointComparison(first, second)
    #expect(!comparison.isSame)
    let tensor = try #require(comparison.tensors.first)
    let count = first.network.layers[0].array.wear[0].count
    #expect(comparison.tensors.count == 1)
    #expect(tensor.path == "network/layers/hidden1/wear" && tensor.units == "1")
    #expect(tensor.differing == 2 && tensor.largest == 0.5 && tensor.place == count + 2)
    #expect(abs(tensor.rootMeanSquare - (0.3125 / Double(tensor.counts[0])).squareRoot()) < 1e-12)
    #expect(comparison.values.map(\.path) == ["position/samples_seen"])
    #expect(
      comparison.values[0].first == "\(first.position.samplesSeen)"
        && comparison.values[0].second == "\(second.position.samplesSeen)")
  }
}
