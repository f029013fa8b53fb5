import Devices
import Glibc
import Testing

@testable import Crossbars

@Suite struct VerifiedWriteTests {
  private static func array(
    _ verify: WriteVerify, device: DeviceParameters = .quiet, rows: Int = 1, columns: Int = 1,
    direction: PairDirection = .pushPull
  ) -> CrossbarArray {
    CrossbarArray.make(
      rows: rows, columns: columns, tile: (8, 48), device: device,
      writing: WriteParameters(direction: direction, scheme: .writeVerify(verify)))
  }

  private static let attempts = WriteActivity.counts.filter {
    ["converged", "gave_up", "out_of_range", "worn_out"].contains($0.name)
  }

  // MARK: Where a write ends

  /// Each device of a pair takes half of the wanted change from where it is, and ends within the tolerance of it.
  @Test func requestMovesEachDeviceByItsShareOfTheNominalStep() {
    var device = DeviceParameters.quiet
    device.cycleNoise.sigma = 0.02
    let array = Self.array(
      WriteVerify(tolerance: 0.004, verifyNoise: 0, attemptLimit: 500), device: device, columns: 400)
    var random = ReferenceRandom(3)
    array.deploy(random.floats(400, in: -0.3...0.3))
    let before = (0..<2).map { array.levels(plane: $0) }
    let pulses = (0..<400).map { _ in Int.random(in: -9...9, using: &random) }
    array.program(pulses)
    let steps = device.typicalSteps
    for plane in 0..<2 {
      let after = array.levels(plane: plane)
      for column in 0..<400 {
        let change = Double(pulses[column]) * (steps.potentiation + steps.depression) / 2 * (plane == 0 ? 1 : -1)
        let target = min(max(before[plane][column] + change, 0), 1)
        let bound = pulses[column] == 0 ? 0 : 0.004 + 1e-6
        #expect(abs(after[column] - (pulses[column] == 0 ? before[plane][column] : target)) <= bound)
      }
    }
    #expect(array.writeActivity.converged == UInt64(2 * pulses.count { $0 != 0 }))
  }

  /// A lucky read ends the loop: however small the tolerance, what is left is the noise of the verify read, if pulses scatter
  /// more than that.
  @Test func residualIsNotBelowTheVerifyNoise() {
    let device = DeviceParameters.labelled((0.04, -0.63), pulses: (128, 128), cycleSigma: 0.05)
    func residual(noise: Double) -> Double {
      let array = Self.array(
        WriteVerify(tolerance: 0.002, verifyNoise: noise, attemptLimit: 20_000), device: device, columns: 2_000,
        direction: .oneSided)
      // 0.8 of the range: 8.2 µS.
      array.programTargets([Float](repeating: 0.4, count: 2_000))
      #expect(array.writeActivity.gaveUp == 0)
      let errors = array.state.conductances[0].map { Double($0) / 8.2e-6 - 1 }
      return (errors.reduce(0) { $0 + $1 * $1 } / 2_000).squareRoot()
    }
    #expect(residual(noise: 0.02) > 0.02 * 0.95)
    #expect(residual(noise: 0.01) > 0.01 * 0.95)
    // Without noise only the tolerance is left.
    #expect(residual(noise: 0) <= 0.002 * 9 / 8.2 + 1e-6)
  }

  @Test func verifyConverterRoundsWhatIsCompared() {
    let device = DeviceParameters.labelled((0.04, -0.63), pulses: (128, 128), cycleSigma: 0.01)
    var verify = WriteVerify(tolerance: 0.004, verifyNoise: 0, verifyBits: 5, attemptLimit: 2_000)
    let codes = 31.0
    let targets = (0..<992).map { Float($0 % 32) / 31 * 0.5 }
    let coarse = Self.array(verify, device: device, columns: 992, direction: .oneSided)
    coarse.programTargets(targets)
    let errors = zip(coarse.levels(plane: 0), targets).map { abs($0 - Double($1) * 2) }
    // Anything that rounds to the code of the target is accepted, and nothing else.
    #expect(errors.allSatisfy { $0 <= 0.5 / codes + 1e-6 })
    #expect(errors.count { $0 > 0.004 } > 300)
    #expect(coarse.writeActivity.verifyConversions == coarse.writeActivity.verifyReads)
    verify.verifyBits = 0
    let comparator = Self.array(verify, device: device, columns: 992, direction: .oneSided)
    comparator.programTargets(targets)
    #expect(zip(comparator.levels(plane: 0), targets).allSatisfy { abs($0 - Double($1) * 2) <= 0.004 + 1e-6 })
    #expect(comparator.writeActivity.verifyConversions == 0 && comparator.writeActivity.verifyReads > 992)
    // A target between two codes is never seen.
    verify.verifyBits = 5
    let between = Self.array(verify, device: device, direction: .oneSided)
    between.programTargets([Float(10.5 / 31 * 0.5)])
    #expect(between.writeActivity.gaveUp == 1)
    #expect(between.ledger.pulses(.set, plane: 0)[0] + between.ledger.pulses(.reset, plane: 0)[0] == 2_000)
  }

  // MARK: Outcomes and counts

  @Test func everyOutcomeIsTold() {
    var device = DeviceParameters.quiet
    device.variation = DeviceVariation(rangeSigma: 0.1)
    device.faults = FabricationFaults(stuckOff: 0.1)
    let verify = WriteVerify(tolerance: 0.02, verifyNoise: 0, attemptLimit: 60)
    let array = Self.array(verify, device: device, rows: 10, columns: 90, direction: .oneSided)
    var patience = verify
    patience.attemptLimit = 3
    array.programTargets([Float](repeating: 0.5, count: 900))
    let activity = array.writeActivity
    // A device stuck at its own Gmin is where a minus device should be, within the spread of Gmin.
    #expect(activity.wornOut == UInt64(array.stuckDeviceCount) && activity.wornOut > 100)
    #expect(activity.converged > 900 && activity.outOfRange > 100)
    // Of the sound devices those whose own range ends short of the target.
    let factory = DeviceFactory(parameters: device, seed: 7)
    var tooNarrow = 0
    for plane in 0..<2 {
      for (synapse, condition) in array.conditions(plane: plane).enumerated() where condition == .sound {
        let own = factory.numbers(array: 0, device: 2 * synapse + plane)
        let isShort = plane == 0 ? own.low + own.range < 1e-5 - 0.02 * 9e-6 : own.low > 1e-6 + 0.02 * 9e-6
        if isShort { tooNarrow += 1 }
      }
    }
    #expect(activity.outOfRange == UInt64(tooNarrow))
    #expect(Self.attempts.reduce(0) { $0 + activity[keyPath: $1.path] } == 1_800)

    let hasty = Self.array(patience, rows: 10, columns: 90, direction: .oneSided)
    hasty.programTargets([Float](repeating: 0.4, count: 900))
    #expect(hasty.writeActivity.gaveUp == 900 && hasty.writeActivity.converged == 900)
    #expect(hasty.ledger.total(.set) == 2_700)

    device.faults = FabricationFaults()
    device.endurance = Endurance(scale: 0.5, shape: 4)
    let fragile = Self.array(verify, device: device, rows: 10, columns: 90, direction: .oneSided)
    fragile.programTargets([Float](repeating: 0.5, count: 900))
    #expect(fragile.writeActivity.wornOut == UInt64(fragile.stuckDeviceCount) && fragile.stuckDeviceCount > 500)
  }

  @Test func histogramsHoldEveryWrittenDeviceOnce() {
    let array = Self.array(
      WriteVerify(tolerance: 0.01, verifyNoise: 0.01, attemptLimit: 300), device: .rough, rows: 20, columns: 90)
    var random = ReferenceRandom(8)
    var written = 0
    for event in 0..<6 {
      for block in 0..<array.layout.blockCount {
        let requests = random.requests(array.layout, block: block)
        written += 2 * requests.count
        array.program(requests, block: block, event: UInt64(event))
      }
    }
    let histogram = array.verifyHistogram
    #expect(histogram.attempts.reduce(0, +) == UInt64(written) && histogram.residuals.reduce(0, +) == UInt64(written))
    let activity = array.writeActivity
    #expect(Self.attempts.reduce(0) { $0 + activity[keyPath: $1.path] } == UInt64(written))
    #expect(activity.converged > 0 && activity.wornOut > 0)
    // A device is read once more than it is pulsed.
    let pulses = array.ledger.total(.set) + array.ledger.total(.reset)
    #expect(array.ledger.total(.verify) == pulses + UInt64(written))
    // Attempts fall into bins of known edges, so their sum is known within the width of the upper bins.
    let lowest = zip(0..., histogram.attempts).reduce(UInt64(0)) {
      $0 + $1.1 * UInt64(VerifyHistogram.lowestAttempts(ofBin: $1.0))
    }
    let above = histogram.attempts[32...].reduce(0, +)
    #expect(lowest <= pulses && pulses <= lowest + 15 * above)
    // Almost all that converged lies within a few tolerances.
    let middle = VerifyHistogram.binCount / 2
    #expect(histogram.residuals[middle - 6..<middle + 6].reduce(0, +) > activity.converged * 9 / 10)
  }

  @Test func histogramBinsCoverTheirEdges() {
    for attempts in 0..<1_000 {
      let bin = VerifyHistogram.bin(ofAttempts: attempts)
      #expect(VerifyHistogram.lowestAttempts(ofBin: bin) <= attempts)
      if bin + 1 < VerifyHistogram.binCount { #expect(attempts < VerifyHistogram.lowestAttempts(ofBin: bin + 1)) }
    }
    let middle = VerifyHistogram.binCount / 2
    #expect(VerifyHistogram.bin(ofResidual: 0) == middle && VerifyHistogram.bin(ofResidual: -1e-9) == middle - 1)
    #expect(VerifyHistogram.bin(ofResidual: 0.0051) == middle + 1)
    #expect(VerifyHistogram.bin(ofResidual: -1) == 0 && VerifyHistogram.bin(ofResidual: 1) == 63)
  }

  // MARK: Amplitude ramps

  @Test func rampReachesTheTargetInFewerPulses() {
    let rram = DeviceParameters.labelled((0.04, -0.63), pulses: (128, 128), cycleSigma: 0.01)
    var ferroelectric = DeviceParameters.technology("fefet-hzo-2017").uniform
    ferroelectric.retention = .none
    let cases: [(DeviceParameters, AmplitudeRamp)] = [
      (rram, AmplitudeRamp(start: 1.4, step: 0.05, limit: 2.4)),
      (ferroelectric, AmplitudeRamp(step: 0.05, limit: 4.5)),
    ]
    for (device, ramp) in cases {
      var verify = WriteVerify(tolerance: 0.03, verifyNoise: 0.002, attemptLimit: 500)
      let targets = ReferenceRandom.targets(800, in: 0.3...0.45)
      func pulses() -> Double {
        let array = Self.array(verify, device: device, columns: 800, direction: .oneSided)
        array.programTargets(targets)
        #expect(array.writeActivity.gaveUp == 0)
        let errors = zip(array.levels(plane: 0), targets).map { abs($0 - Double($1) * 2) }
        #expect(errors.allSatisfy { $0 < 0.03 + 6 * 0.002 * 1.2 })
        return Double(array.ledger.total(.set) + array.ledger.total(.reset)) / 800
      }
      let identical = pulses()
      verify.ramp = ramp
      let ramped = pulses()
      #expect(ramped < 0.6 * identical && ramped > 2)
    }
  }

  /// A ramp pulse by pulse: amplitudes, what they are worth, and their energy weight (V/V₀)².
  @Test func rampedPulsesWeighWithTheSquareOfTheirVoltage() {
    let device = DeviceParameters.labelled((0, 0), pulses: (128, 128))
    let ramp = AmplitudeRamp(start: 1.4, step: 0.06, limit: 1.75)
    let array = Self.array(
      WriteVerify(tolerance: 0.01, verifyNoise: 0, ramp: ramp), device: device, direction: .oneSided)
    array.programTargets([0.25])
    var state = 1e-6
    var (pulses, charge, reads) = (0, 0.0, 1e-6)
    while abs(state - 5.5e-6) > 0.01 * 9e-6 {
      let voltage = min(1.4 + 0.06 * Double(pulses), 1.75)
      let next = state + 9e-6 / 128 * exp((voltage - 1.6) / 0.2)
      charge += (state + next) / 2 * (voltage / 1.6) * (voltage / 1.6)
      (state, pulses, reads) = (next, pulses + 1, reads + next)
    }
    #expect(state < 5.6e-6, "the ramp of the example does not overshoot")
    #expect(array.ledger.pulses(.set, plane: 0) == [UInt32(pulses)] && array.ledger.total(.reset) == 0)
    let activity = array.writeActivity
    #expect(abs(activity.setCharge / charge - 1) < 1e-5)
    // The minus device is read once.
    #expect(abs(activity.verifyCharge / (reads + 1e-6) - 1) < 1e-5)
    #expect(activity.setPhasePulses == UInt64(pulses) && activity.verifyPhases == UInt64(pulses + 1))
  }

  /// Where the direction turns, the ramp starts again.
  @Test func rampStartsAgainWhenTheDirectionTurns() {
    let amplitudes = PulseAmplitudes(
      ramp: AmplitudeRamp(start: 1.6, step: 0.2, limit: 2), pulse: PulseConditions(), polarity: .potentiation)
    #expect(abs(amplitudes[0].pulses - 1) < 1e-12 && abs(amplitudes[1].pulses - exp(1)) < 1e-12)
    #expect(abs(amplitudes[2].pulses - exp(2)) < 1e-9 && amplitudes[9].pulses == amplitudes[2].pulses)
    #expect(abs(amplitudes[2].energyWeight - 1.5625) < 1e-12)
    let device = DeviceParameters.labelled((0, 0), pulses: (128, 128))
    let array = Self.array(
      WriteVerify(
        tolerance: 0.004, verifyNoise: 0, attemptLimit: 40, ramp: AmplitudeRamp(start: 1.6, step: 0.2, limit: 2)),
      device: device, direction: .oneSided)
    array.programTargets([Float((1 + exp(1)) / 128 - 0.006) * 0.5])
    // Up by 1 and e steps, too far by 0.77 steps: down by one, where it is within half a step.
    #expect(array.ledger.pulses(.set, plane: 0) == [2] && array.ledger.pulses(.reset, plane: 0) == [1])
    #expect(array.writeActivity.converged == 2)
  }
}

extension ReferenceRandom {
  static func targets(_ count: Int, in range: ClosedRange<Float>) -> [Float] {
    var random = ReferenceRandom(31)
    return random.floats(count, in: range)
  }
}
