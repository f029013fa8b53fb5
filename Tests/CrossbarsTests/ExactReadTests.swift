import Crossbars
import Devices
import Kernels
import Testing

@Suite struct ExactReadTests {
  /// Without noise and converter a read is the plain sum of the active rows in ascending order, bit for bit, on any tiles.
  @Test(arguments: [(64, 64), (16, 16), (10, 7), (128, 200)])
  func readIsThePlainFloatSum(tile: (Int, Int)) {
    var random = ReferenceRandom(1)
    for device in [DeviceParameters.ideal, .quiet] {
      let array = CrossbarArray.make(rows: 101, columns: 131, tile: tile, device: device)
      array.deploy(random.floats(101 * 131, in: -0.6...0.6))
      let weights = array.effectiveWeights
      for density in [0, 0.02, 0.3, 1] {
        let rows = random.activeRows(of: 101, density: density)
        let expected = (0..<131).map { column in rows.reduce(Float(0)) { $0 + weights[Int($1) * 131 + column] } }
        #expect(array.read(rows).map(\.bitPattern) == expected.map(\.bitPattern))
      }
    }
  }

  @Test func deployedWeightsAreClippedAndKept() {
    let targets: [Float] = [-2, -0.5, -0.123, 0, 0.25, 0.5, 0.7]
    for device in [DeviceParameters.ideal, .quiet] {
      let array = CrossbarArray.make(rows: 1, columns: 7, device: device)
      #expect(array.effectiveWeights == [Float](repeating: 0, count: 7))
      array.deploy(targets)
      for (weight, target) in zip(array.effectiveWeights, targets) {
        #expect(abs(weight - min(max(target, -0.5), 0.5)) < 1e-6)
      }
      #expect(array.effectiveWeight(row: 0, column: 4) == array.effectiveWeights[4])
      // Symmetric around mid-range: the two conductances of a pair add up to Gmin + Gmax.
      for (plus, minus) in zip(array.conductances(plane: 0), array.conductances(plane: 1)) {
        #expect(abs(plus + minus - 11e-6) < 1e-11)
      }
      #expect(array.ledger.total(.set) == 0 && array.ledger.total(.reset) == 0)
    }
  }

  @Test func activeRowsAreCountedAndNothingElse() {
    let array = CrossbarArray.make(rows: 20, columns: 40, tile: (8, 16), device: .ideal)
    _ = array.read([0, 3, 19])
    _ = array.read([])
    #expect(array.readActivity.activeRows == 3 * 3)
    #expect(array.readActivity.tileReads == 0 && array.readActivity.conversions == 0)
  }
}
