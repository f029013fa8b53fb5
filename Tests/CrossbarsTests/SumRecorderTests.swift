import Crossbars
import Devices
import Kernels
import Testing

@Suite struct SumRecorderTests {
  /// Sums of each tile, not of the array; what is read does not change.
  @Test func sumsOfTilesAreRecorded() throws {
    let converter = Converter(bits: 16, fullScale: .worstCase, offsetSigma: 0)
    let plain = CrossbarArray.make(rows: 32, columns: 10, tile: (16, 10), device: .ideal, converter: converter)
    let array = CrossbarArray.make(rows: 32, columns: 10, tile: (16, 10), device: .ideal, converter: converter)
    // Column c of the upper tile holds c hundredths, of the lower one the negative.
    let upper = (0..<160).map { Float($0 % 10) / 100 }
    let weights = upper + upper.map { -$0 }
    plain.deploy(weights)
    array.deploy(weights)
    array.recorder = SumRecorder(limit: 8)
    let recorder = try #require(array.recorder)
    #expect(recorder.quantile(0.5) == nil)
    #expect(array.read([0, 1, 16, 17]) == plain.read([0, 1, 16, 17]))
    // Two tiles of ten columns with 0, 0.02, … 0.18 each.
    #expect(recorder.count == 20)
    for (share, expected) in [(1.0, 0.18), (0.5, 0.08), (0.1, 0)] {
      #expect(abs(try #require(recorder.quantile(share)) - expected) < 8.0 / 16384 + 1e-3)
    }
  }

  @Test func sumsBeyondTheLimitCountAsTheLimit() throws {
    let array = CrossbarArray.make(
      rows: 4, columns: 2, device: .ideal, converter: Converter(bits: 16, fullScale: .worstCase, offsetSigma: 0))
    array.deploy([Float](repeating: 0.5, count: 8))
    array.recorder = SumRecorder(limit: 1)
    _ = array.read([0, 1, 2, 3])
    #expect(array.recorder?.quantile(0.5) == 1)
  }
}
