import Devices
import Testing

@testable import Crossbars

extension PhaseChangeAccumulation {
  /// The published means without any noise.
  static var noiseless: PhaseChangeAccumulation {
    PhaseChangeAccumulation(noiseSlope: 0, noiseOffset: 0, noiseBoost: 0, resetSigma: 0)
  }
}

@Suite struct OneSidedPairTests {
  private static func device(_ accumulation: PhaseChangeAccumulation) -> DeviceParameters {
    var device = DeviceParameters.technology("pcm-gst-2018").uniform
    device.response = .phaseChange(accumulation)
    device.retention = .none
    return device
  }

  private static func array(
    _ device: DeviceParameters, columns: Int, refresh: PairRefresh? = nil, tickSeconds: Double = 1e-3
  ) -> CrossbarArray {
    CrossbarArray.make(
      rows: 1, columns: columns, tile: (64, 40), device: device,
      writing: WriteParameters(direction: .oneSided, refresh: refresh), tickSeconds: tickSeconds)
  }

  @Test func learningOnlySets() {
    let array = Self.array(Self.device(PhaseChangeAccumulation()), columns: 100)
    for event in 0..<6 {
      array.program((0..<100).map { column in (column + event) % 3 - 1 }, event: UInt64(event))
    }
    #expect(array.ledger.total(.reset) == 0 && array.ledger.total(.refresh) == 0)
    #expect(array.ledger.pulses(.set, plane: 0) == [UInt32](repeating: 2, count: 100))
    #expect(array.ledger.pulses(.set, plane: 1) == [UInt32](repeating: 2, count: 100))
    let activity = array.writeActivity
    #expect(activity.setPulses == 400 && activity.resetPulses == 0 && activity.resetPhasePulses == 0)
    // Three blocks, a row write each, one SET phase of one pulse for both sides.
    #expect(activity.rowWrites == 18 && activity.setPhasePulses == 18)
    array.deploy([Float](repeating: -0.2, count: 100))
    #expect(array.levels(plane: 0).allSatisfy { abs($0) < 1e-6 })
    #expect(array.levels(plane: 1).allSatisfy { abs($0 - 0.4) < 1e-6 })
  }

  /// Writes to both sides of all pairs until they saturate, with and without refresh: up to its first refresh a pair has
  /// the same bits in both arrays, so the other array shows what its weight was just before.
  private static func firstRefreshes(
    _ device: DeviceParameters, columns: Int, pulses: (Int, Int), rounds: Int, tickSeconds: Double = 1e-3
  ) -> (before: [Float], after: [Float], array: CrossbarArray, twin: CrossbarArray, counts: [UInt32]) {
    let rule = PairRefresh(saturation: 0.75, counterpart: 0.25)
    let array = Self.array(device, columns: columns, refresh: rule, tickSeconds: tickSeconds)
    let twin = Self.array(device, columns: columns, tickSeconds: tickSeconds)
    var (before, after) = ([Float](repeating: .nan, count: columns), [Float](repeating: .nan, count: columns))
    var counts = [UInt32](repeating: 0, count: columns)
    for event in 0..<rounds {
      let wanted = (0..<columns).map { ($0 + event) % 2 == 0 ? pulses.0 : -pulses.1 }
      array.program(wanted, event: UInt64(event), tick: UInt64(event))
      twin.program(wanted, event: UInt64(event), tick: UInt64(event))
      let refreshed = zip(array.ledger.pulses(.refresh, plane: 0), array.ledger.pulses(.refresh, plane: 1))
        .map { $0 + $1 }
      for column in 0..<columns where refreshed[column] > 0 && counts[column] == 0 {
        counts[column] = refreshed[column]
        before[column] = twin.effectiveWeights[column]
        after[column] = array.effectiveWeights[column]
        let levels = (0..<2).map { twin.levels(plane: $0)[column] }
        #expect(levels.max()! > 0.75 && levels.min()! > 0.25)
      }
    }
    return (before, after, array, twin, counts)
  }

  /// Without noise the rewritten weight is right within half a pulse; the first after a RESET is the largest.
  @Test func refreshKeepsTheWeight() {
    let quiet = Self.firstRefreshes(Self.device(.noiseless), columns: 60, pulses: (3, 2), rounds: 14)
    #expect(quiet.counts.allSatisfy { $0 >= 2 })
    for (before, after) in zip(quiet.before, quiet.after) { #expect(abs(before - after) <= 0.5 * 0.5 * 0.181 + 1e-4) }
    // 128 nearly equal steps: erased by as many pulses as it takes, and rewritten within half a step.
    let resistive = Self.firstRefreshes(
      .labelled((0.04, -0.63), pulses: (128, 128)), columns: 60, pulses: (13, 9), rounds: 30)
    #expect(resistive.counts.allSatisfy { $0 > 100 })
    for (before, after) in zip(resistive.before, resistive.after) { #expect(abs(before - after) < 0.5 * 0.012) }
  }

  /// With the noise of the device the mean error stays small and its spread is that of the rewriting pulses.
  @Test func refreshOfNoisyPairsIsRightInMean() {
    let columns = 4_000
    let noisy = Self.firstRefreshes(
      Self.device(PhaseChangeAccumulation()), columns: columns, pulses: (3, 2), rounds: 12)
    let errors = zip(noisy.before, noisy.after).filter { !$0.0.isNaN }.map { Double($0.1 - $0.0) / 0.5 }
    #expect(errors.count > 3_000)
    let observed = moments(errors)
    // The noise of few pulses from RESET is about 0.15 of the range; whole pulses and the clipping at Gmin shift the mean.
    #expect(abs(observed.mean) < 0.02)
    #expect(observed.variance.squareRoot() < 0.2 && observed.variance.squareRoot() > 0.05)
    let activity = noisy.array.writeActivity
    #expect(noisy.array.ledger.total(.refresh) == activity.refreshSetPulses + activity.refreshResetPulses)
    // Each refresh erases two devices with one pulse each.
    #expect(activity.refreshResetPulses % 2 == 0 && activity.refreshResetPulses >= 2 * UInt64(errors.count))
    #expect(noisy.array.ledger.total(.reset) == 0 && activity.resetPulses == 0)
    #expect(noisy.array.ledger.total(.set) == noisy.twin.ledger.total(.set))
    #expect(noisy.twin.writeActivity.refreshResetPulses == 0)
    #expect(activity.resetPhasePulses > 0 && noisy.twin.writeActivity.resetPhasePulses == 0)
  }

  @Test func resetStartsTheAccumulationAnew() {
    let columns = 60
    let (_, _, array, _, counts) = Self.firstRefreshes(
      Self.device(.noiseless), columns: columns, pulses: (3, 2), rounds: 14)
    #expect(counts.allSatisfy { $0 > 0 })
    // What a pair has seen since its last erasure is less than the pulses it received.
    for plane in 0..<2 {
      let received = zip(array.ledger.pulses(.set, plane: plane), array.ledger.pulses(.refresh, plane: plane))
      for (since, (set, refresh)) in zip(array.state.setsSinceReset[plane], received) {
        #expect(UInt32(since) < set + refresh)
      }
    }
    // The pulses after a RESET are large again: one pulse from RESET moves by (0.88 + 1.40·e^(−1/2.6)) µS less 8.4 %.
    let single = CrossbarArray.make(
      rows: 1, columns: 1, device: Self.device(.noiseless), writing: WriteParameters(direction: .pushPull))
    single.program(row: 0, column: 0, pulses: -1)
    #expect(single.state.setsSinceReset[0][0] == 0)
    let low = Double(single.state.conductances[0][0])
    single.program(row: 0, column: 0, pulses: 1, event: 1)
    #expect(single.state.setsSinceReset[0][0] == 1)
    let first = Double(single.state.conductances[0][0]) - low
    #expect(abs(first - (0.88e-6 + 1.40e-6 * 0.68072 - 0.084 * low)) < 1e-10)
  }

  /// A pair is refreshed by what it is now, not by what it was when it was written.
  @Test func driftedPairsAreRefreshedByTheirPresentState() {
    var device = Self.device(.noiseless)
    device.retention = .powerLaw(PowerLawDrift(exponent: .fixed(mean: 0.05, sigma: 0)))
    let array = Self.array(device, columns: 1, refresh: PairRefresh(saturation: 0.6, counterpart: 0.3), tickSeconds: 1)
    // The minus side is written first, and fades to 0.42 of the range until the plus side saturates.
    array.program([-10], event: 0, tick: 0)
    let minus = array.levels(plane: 1)[0]
    array.program([14], event: 1, tick: 100_000)
    #expect(array.ledger.total(.refresh) > 0)
    let faded = (minus * (12 - 0.1) + 0.1) * 0.6531 / (12 - 0.1)
    let expected =
      0.5
      * (DeviceModel(parameters: device).mean(
        after: 14, from: CellState(level: 0), of: DeviceModel(parameters: device).typical
      ).level - faded)
    // What a read at the time of the write sees is the difference of the present states.
    #expect(abs(Double(array.effectiveWeights[0]) - expected) < 0.5 * 0.5 * 0.181 + 0.01)
    #expect(expected - 0.5 * 0.5 * 0.181 > 0)
  }
}
