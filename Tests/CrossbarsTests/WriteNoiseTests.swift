import Crossbars
import Devices
import Kernels
import Testing

@Suite struct WriteNoiseTests {
  private static var device: DeviceParameters {
    var device = DeviceParameters.quiet
    device.cycleNoise.sigma = 0.01
    return device
  }

  /// One jump of a train has the law of the train pulse by pulse: mean and variance of 2e4 devices against 1e5 loops, 99.9 %.
  @Test(arguments: [(1, 0), (8, 0), (8, 1)])
  func trainHasTheLawOfSinglePulses(pulses: Int, plane: Int) {
    let count = 20_000
    let array = CrossbarArray.make(rows: 1, columns: count, device: Self.device)
    array.program(all: pulses)
    let levels = array.conductances(plane: plane).map { (Double($0) - 1e-6) / 9e-6 }
    let typical = DeviceModel(parameters: Self.device).typical
    let response = plane == 0 ? typical.potentiation : typical.depression
    var random = ReferenceRandom(UInt64(pulses))
    let loops = moments(
      (0..<100_000).map { _ in
        (0..<pulses).reduce(0.5) { level, _ in response.level(after: 1, from: level) + 0.01 * random.normal() }
      })
    let observed = moments(levels)
    let shares = (1 / Double(count) + 1e-5).squareRoot()
    #expect(abs(observed.mean - loops.mean) < 3.29 * loops.variance.squareRoot() * shares)
    #expect(abs(observed.variance / loops.variance - 1) < 3.29 * 2.0.squareRoot() * shares)
    let standard = levels.map { ($0 - observed.mean) / observed.variance.squareRoot() }
    #expect(kolmogorovSmirnovNormal(standard) < 1.95)
  }

  @Test func devicesOfAPairAndTrainsOfADeviceAreIndependent() {
    let count = 20_000
    let array = CrossbarArray.make(rows: 1, columns: count, device: Self.device)
    func deviations(plane: Int) -> [Double] {
      let levels = array.conductances(plane: plane).map(Double.init)
      let (mean, variance) = moments(levels)
      return levels.map { ($0 - mean) / variance.squareRoot() }
    }
    array.program(all: 1)
    let (plus, minus) = (deviations(plane: 0), deviations(plane: 1))
    let bound = 3.29 / Double(count).squareRoot()
    #expect(abs(zip(plus, minus).reduce(0) { $0 + $1.0 * $1.1 }) / Double(count) < bound)
    // What later trains added to a device beyond its response does not know the first.
    let response = DeviceModel(parameters: Self.device).typical.potentiation
    for event in 1..<5 {
      let before = array.conductances(plane: 0)
      array.program(all: 1, event: UInt64(event))
      let added = zip(before, array.conductances(plane: 0)).map { old, new in
        (Double(new) - 1e-6) / 9e-6 - response.level(after: 1, from: (Double(old) - 1e-6) / 9e-6)
      }
      #expect(abs(zip(plus, added).reduce(0) { $0 + $1.0 * $1.1 }) / Double(count) / 0.01 < bound)
    }
  }

  /// The same trains to the same devices give the same conductances, whatever is written to other devices in between.
  @Test func noiseDependsOnTheDevicesOwnPulsesOnly() {
    let (first, second) = (
      CrossbarArray.make(rows: 4, columns: 30, tile: (4, 10), device: .rough),
      CrossbarArray.make(rows: 4, columns: 30, tile: (4, 10), device: .rough)
    )
    for (event, pulses) in [3, -2, 1, -5, 4].enumerated() {
      first.program(row: 2, column: 17, pulses: pulses, event: UInt64(event))
      let row = (0..<30).map { $0 == 17 ? pulses : -pulses }
      second.program([Int](repeating: 0, count: 60) + row + [Int](repeating: 0, count: 30), event: UInt64(event))
    }
    for plane in 0..<2 {
      #expect(first.conductances(plane: plane)[77] == second.conductances(plane: plane)[77])
    }
  }
}
