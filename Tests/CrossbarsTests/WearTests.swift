import Crossbars
import Devices
import Kernels
import Testing

@Suite struct WearTests {
  private static var device: DeviceParameters {
    var device = DeviceParameters.quiet
    device.endurance = Endurance(scale: 20, shape: 1.5, stuckOnShare: 0.4)
    return device
  }

  /// One device written beside the array with the same lives: wears, dies and ends like the array's device.
  private struct Twin {
    var conductance: Float
    var wear = 0.0
    var condition = DeviceCondition.sound
    let life: (fullCycles: Double, endsStuckOn: Bool)
    let own: DeviceNumbers
    let model: DeviceModel

    mutating func apply(_ pulses: Int, endurance: Endurance) {
      guard condition == .sound else { return }
      let after = model.state(after: Double(pulses), from: Double(conductance), of: own)
      wear += endurance.wear(displacement: (after - Double(conductance)) / Double(own.range), pulses: abs(pulses))
      conductance = Float(after)
      guard wear >= Double(Float(life.fullCycles)) else { return }
      condition = life.endsStuckOn ? .wornOn : .wornOff
      conductance = life.endsStuckOn ? 1e-5 : 1e-6
    }
  }

  @Test func devicesDieAtTheirDrawnLifeAndEndWhereDrawn() {
    let (rows, columns) = (6, 30)
    let array = CrossbarArray.make(rows: rows, columns: columns, tile: (4, 16), device: Self.device, index: 1, seed: 13)
    let factory = DeviceFactory(parameters: Self.device, seed: 13)
    let model = DeviceModel(parameters: Self.device)
    var twins = (0..<2).map { plane in
      (0..<rows * columns).map { synapse in
        Twin(
          conductance: array.conductances(plane: plane)[synapse],
          life: factory.life(array: 1, device: 2 * synapse + plane),
          own: factory.numbers(array: 1, device: 2 * synapse + plane), model: model)
      }
    }
    for round in 0..<40 {
      let pulses = round % 2 == 0 ? 9 : -9
      array.program(all: pulses, event: UInt64(round))
      for synapse in 0..<rows * columns {
        twins[0][synapse].apply(pulses, endurance: Self.device.endurance)
        twins[1][synapse].apply(-pulses, endurance: Self.device.endurance)
      }
      for plane in 0..<2 {
        #expect(array.conditions(plane: plane) == twins[plane].map(\.condition))
        let distances = zip(array.conductances(plane: plane), twins[plane]).map { abs($0 - $1.conductance) }
        #expect(distances.allSatisfy { $0 < 2e-6 * 9e-6 })
      }
    }
    let ends = twins.joined().map(\.condition)
    #expect(Set(ends) == [.sound, .wornOff, .wornOn])
    #expect(array.stuckDeviceCount == ends.count { $0 != .sound })
    // Pulses after death are still counted.
    #expect(array.ledger.total(.set) == UInt64(40 * 9 * rows * columns))
    for plane in 0..<2 {
      for (fraction, condition) in zip(array.wearFractions(plane: plane), array.conditions(plane: plane)) {
        #expect((fraction >= 1) == (condition != .sound))
      }
    }
    #expect(array.tracksWear)
  }

  @Test func unlimitedDevicesDoNotWear() {
    let array = CrossbarArray.make(rows: 2, columns: 2, device: .quiet)
    for _ in 0..<1000 { array.program(row: 0, column: 1, pulses: 40) }
    #expect(array.stuckDeviceCount == 0 && !array.tracksWear)
    #expect(array.wearFractions(plane: 0) == [0, 0, 0, 0])
    #expect(array.deviceCount == 8)
  }
}
