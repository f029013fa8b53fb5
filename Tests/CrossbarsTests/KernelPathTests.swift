import Devices
import Testing

@testable import Crossbars

/// The vector kernel against `DeviceModel`, device by device.
@Suite struct KernelPathTests {
  private static func rough(_ noise: CycleNoise, endurance: Endurance) -> DeviceParameters {
    var device = DeviceParameters.rough
    device.cycleNoise = noise
    device.endurance = endurance
    return device
  }

  private static let devices: [DeviceParameters] = [
    .rough,
    rough(CycleNoise(sigma: 0.037, accumulation: .squareRoot), endurance: Endurance(scale: 4, shape: 1)),
    rough(CycleNoise(), endurance: Endurance(scale: 6, shape: 1.5, setWeight: 0.05, resetWeight: 1)),
    rough(CycleNoise(sigma: 0.02), endurance: .unlimited),
  ]

  /// Same draws, so the same states; same counts, and the same deaths.
  @Test(arguments: devices)
  func kernelAgreesWithTheModelOfADevice(device: DeviceParameters) {
    let (vector, single) = (
      CrossbarArray.make(rows: 30, columns: 43, tile: (16, 20), device: device),
      CrossbarArray.make(rows: 30, columns: 43, tile: (16, 20), device: device, usesKernel: false)
    )
    var random = ReferenceRandom(21)
    for event in 0..<25 {
      for block in 0..<vector.layout.blockCount {
        let requests = random.requests(vector.layout, block: block)
        vector.program(requests, block: block, event: UInt64(event))
        single.program(requests, block: block, event: UInt64(event))
      }
    }
    let (seen, expected) = (vector.state, single.state)
    for plane in 0..<2 {
      for (own, other) in zip(seen.conductances[plane], expected.conductances[plane]) {
        #expect(abs(own - other) < 2e-6 * 9e-6)
      }
      for (own, other) in zip(seen.travel[plane], expected.travel[plane]) { #expect(abs(own - other) < 1e-5 * 9e-6) }
    }
    #expect(seen.conditions == expected.conditions)
    #expect(seen.setPulses == expected.setPulses && seen.resetPulses == expected.resetPulses)
    for (own, other) in zip(seen.wear.joined(), expected.wear.joined()) { #expect(abs(own - other) <= 1e-5 * other) }
    #expect(seen.wear.isEmpty == !device.endurance.isLimited)
    if device.endurance.isLimited { #expect(seen.conditions.joined().contains(DeviceCondition.wornOn.rawValue)) }
    for (own, other) in zip(vector.tileWriteActivity, single.tileWriteActivity) {
      for (name, path) in WriteActivity.counts { #expect(own[keyPath: path] == other[keyPath: path], "\(name)") }
      for (name, path) in WriteActivity.charges {
        #expect(abs(own[keyPath: path] - other[keyPath: path]) <= 1e-6 * other[keyPath: path], "\(name)")
      }
    }
    #expect(vector.writeActivity.setCharge > 0 && vector.writeActivity.resetCharge > 0)
  }

  /// A pulse of a pair weighs with the mean of the states before and after its train.
  @Test func chargeIsTheMeanStateTimesThePulses() {
    let array = CrossbarArray.make(rows: 1, columns: 1, device: .quiet)
    let before = (0..<2).map { Double(array.conductances(plane: $0)[0]) }
    array.program(row: 0, column: 0, pulses: 4)
    let after = (0..<2).map { Double(array.conductances(plane: $0)[0]) }
    let activity = array.writeActivity
    #expect(abs(activity.setCharge / (2 * (before[0] + after[0])) - 1) < 1e-6)
    #expect(abs(activity.resetCharge / (2 * (before[1] + after[1])) - 1) < 1e-6)
    #expect(activity.setPhasePulses == 4 && activity.resetPhasePulses == 4 && activity.rowWrites == 1)
  }
}
