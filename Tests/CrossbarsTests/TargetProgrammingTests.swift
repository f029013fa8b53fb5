import Devices
import Testing

@testable import Crossbars

@Suite struct TargetProgrammingTests {
  private static func array(
    _ device: DeviceParameters, columns: Int = 600, writing: WriteParameters = WriteParameters()
  ) -> CrossbarArray {
    CrossbarArray.make(rows: 3, columns: columns / 3, tile: (2, 50), device: device, writing: writing)
  }

  private static let weights: [Float] = ReferenceRandom.targets(600, in: -0.5...0.5)

  /// Without noise and spread every device comes within half a pulse of the state that carries the weight.
  @Test(arguments: [PairDirection.pushPull, .oneSided], [1, 3])
  func openLoopComesWithinHalfAPulse(direction: PairDirection, devices: Int) {
    for device in [DeviceParameters.quiet, .technology("rram-hfo2-es").uniform] {
      var device = device
      device.cycleNoise = CycleNoise()
      let array = Self.array(device, writing: WriteParameters(direction: direction, devicesPerPolarity: devices))
      let model = DeviceModel(parameters: device)
      var previous = [Float](repeating: 0, count: 600)
      for (event, targets) in [Self.weights, Self.weights.reversed()].enumerated() {
        array.programTargets(targets, event: UInt64(event))
        for (index, target) in targets.enumerated() {
          let states = array.pairStates(weight: Double(target))
          for plane in 0..<2 * devices {
            let goal = device.level(Float(plane < devices ? states.plus : states.minus))
            let level = array.levels(plane: plane)[index]
            let up = model.mean(after: 1, from: CellState(level: level), of: model.typical).level - level
            let down = level - model.mean(after: -1, from: CellState(level: level), of: model.typical).level
            #expect(abs(level - goal) <= 0.55 * max(up, down) + 5e-4, "\(previous[index]) to \(target)")
          }
          guard index % 40 == 0 else { break }
        }
        previous = targets
      }
      let worst = zip(array.effectiveWeights, previous).map { abs($0 - $1) }.max() ?? 1
      #expect(worst < 0.025)
      let ledger = array.ledger.total(.set) + array.ledger.total(.reset)
      #expect(array.writeActivity.setPulses + array.writeActivity.resetPulses == ledger && ledger > 0)
      // Two writes of three rows in four blocks; a second write of the same weights finds nothing to do.
      #expect(array.writeActivity.rowWrites == 2 * 3 * 4)
      array.programTargets(previous, event: 2)
      #expect(Double(array.ledger.total(.set) + array.ledger.total(.reset) - ledger) < 0.02 * Double(ledger))
    }
  }

  /// A phase-change device that is too high is erased and built up again.
  @Test func phaseChangeDevicesAreErasedToComeDown() {
    var device = DeviceParameters.technology("pcm-gst-2018").uniform
    device.retention = .none
    device.response = .phaseChange(.noiseless)
    let array = Self.array(device, writing: WriteParameters(direction: .oneSided))
    array.programTargets([Float](repeating: 0.3, count: 600))
    #expect(array.ledger.total(.reset) == 0)
    let up = array.effectiveWeights[0]
    #expect(abs(up - 0.3) < 0.04)
    array.programTargets([Float](repeating: 0.1, count: 600), event: 1)
    #expect(array.ledger.pulses(.reset, plane: 0) == [UInt32](repeating: 1, count: 600))
    #expect(array.ledger.pulses(.reset, plane: 1) == [UInt32](repeating: 0, count: 600))
    #expect(abs(array.effectiveWeights[0] - 0.1) < 0.06)
    // The pulses since the erasure are those of the second write.
    #expect(array.state.setsSinceReset[0][0] < 4)
  }

  /// Where a device comes to rest below its goal, no endless train is sent.
  @Test func unreachableStatesTakeBoundedTrains() {
    for name in [
      "pcm-gst-2018", "rram-array-om", "rram-hfo2-sb", "rram-hfo2-es", "ecram-ideal", "stt-mram", "rram-pcmo",
    ] {
      let model = DeviceModel(parameters: .technology(name))
      for (level, goal) in [(0.0, 1.0), (1, 0), (0.5, 1), (0.5, 0), (0.3, 0.31), (0.3, 0.3)] {
        let pulses = model.pulses(from: CellState(level: level), toward: goal)
        #expect((pulses == 0 || (pulses > 0) == (goal > level)) && abs(pulses) < 20_000, "\(name)")
        let next = model.mean(after: Double(pulses), from: CellState(level: level), of: model.typical)
        #expect(pulses == 0 || abs(next.level - goal) < abs(level - goal) + 1e-12, "\(name)")
      }
      #expect(model.pulses(from: CellState(level: 0), toward: 1) > 0)
    }
  }

  @Test func idealArraysTakeTheWeights() {
    let array = Self.array(.ideal)
    array.programTargets(Self.weights.map { $0 * 1.5 })
    for (weight, target) in zip(array.effectiveWeights, Self.weights) {
      #expect(abs(weight - min(max(target * 1.5, -0.5), 0.5)) < 1e-6)
    }
    #expect(array.ledger.total(.set) == 600 && array.ledger.total(.reset) == 600)
  }

  @Test func verifiedWritesReachTheTargetsOfADriftingDevice() {
    var device = DeviceParameters.technology("pcm-gst-2019")
    device.endurance = .unlimited
    let array = CrossbarArray.make(
      rows: 3, columns: 200, device: device,
      writing: WriteParameters(
        direction: .oneSided, scheme: .writeVerify(WriteVerify(tolerance: 0.02, verifyNoise: 0))),
      tickSeconds: 1)
    var random = ReferenceRandom(4)
    for (event, tick) in [UInt64(10), 100_000].enumerated() {
      let targets = random.floats(600, in: -0.3...0.3)
      array.programTargets(targets, event: UInt64(event), tick: tick)
      let activity = array.writeActivity
      #expect(activity.converged > UInt64(event + 1) * 1_100)
      let close = zip(array.effectiveWeights, targets).count { abs($0 - $1) < 0.5 * 0.04 + 1e-4 }
      #expect(close > 550)
    }
  }
}
