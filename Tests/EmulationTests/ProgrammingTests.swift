import Crossbars
import Devices
import Kernels
import Quantities
import Recordings
import Testing

@testable import Emulation

/// Programming of computed weights: what is left of them, and what it took.
@Suite("Programming")
struct ProgrammingTests {
  /// Weights spread evenly over ±limit, in no order.
  private static func uniformWeights(_ rows: Int, _ columns: Int, limit: Float = 1) -> WeightMatrix {
    let stream = RandomStream(key: 5)
    let values = (0..<rows * columns).map { index -> Float in
      let words = stream.words(array: 0, item: index, event: 0)
      return limit * Float(2 * RandomStream.uniform(words[0], words[1]) - 1)
    }
    return WeightMatrix(rows: rows, columns: columns, values: values)
  }

  private func program(
    _ matrix: WeightMatrix, _ overrides: String..., rounds: Int = 1, after: String? = nil,
    from: ArrayProgramming.Start = .erased, seed: UInt64 = 3
  ) throws -> ProgrammedArray {
    let configuration = try ProgrammingConfiguration(
      experiment: nil, overrides: overrides, seed: seed, weights: matrix)
    let parameters = configuration.parameters(
      rounds: rounds, ages: try after.map { try ElapsedTimes(parsing: $0) }, start: from)
    return ArrayProgramming(parameters).run(targets: matrix.values, rows: matrix.rows, columns: matrix.columns)
  }

  private static let verified = "writes.scheme=write-verify"

  // MARK: Errors

  @Test("an ideal array holds what it was given, for one pulse a weight and no energy")
  func ideal() throws {
    let matrix = Self.uniformWeights(30, 50)
    let result = try program(matrix, "device.preset=ideal", after: "1 day")
    #expect(result.weights == matrix.values && result.deviceErrorStatistics.largest < 1e-6)
    #expect(result.rounds[0].pulses == 2 * 1500 && result.costs.energy == 0 && result.withinTolerance == 1)
    #expect(result.ages.map(\.errors.rootMeanSquare) == [0, 0])
  }

  /// A read within tol of the aim is accepted, so the error left is that of the read, s·G, and of where in ±tol it fell:
  /// σ² = s²·⟨G²⟩/(Gmax−Gmin)² + tol²/3 = 0.0067² + 0.0058², a little less since accepted reads are the lucky ones.
  @Test("write-verify leaves the error of its reads, and takes as many pulses as the noise of a pulse makes it")
  func writeVerify() throws {
    let result = try program(
      Self.uniformWeights(64, 128), Self.verified, "device.range_sigma=0", "device.nonlinearity_sigma=0")
    #expect(0.0082...0.0095 ~= result.deviceErrorStatistics.rootMeanSquare)
    // Two independent devices carry a weight.
    let weights = ErrorStatistics(result.weightErrors).rootMeanSquare
    #expect(abs(weights / result.deviceErrorStatistics.rootMeanSquare - 2.0.squareRoot()) < 0.05)
    let pulses = Double(result.rounds[0].pulses) / Double(result.deviceCount)
    #expect(60...66 ~= pulses, "\(pulses)")
    #expect(0.73...0.79 ~= result.withinTolerance, "\(result.withinTolerance)")
  }

  @Test("without a look the noise of the pulses stays")
  func openLoop() throws {
    let matrix = Self.uniformWeights(64, 64)
    let blind = try program(matrix)
    let verified = try program(matrix, Self.verified)
    #expect(blind.deviceErrorStatistics.rootMeanSquare > 5 * verified.deviceErrorStatistics.rootMeanSquare)
    #expect(blind.rounds[0].activity.verifyReads == 0 && blind.verifyHistogram.attempts.allSatisfy { $0 == 0 })
    let quiet = try program(
      matrix, "device.cycle_to_cycle_sigma=0", "device.range_sigma=0", "device.nonlinearity_sigma=0")
    // Half of a pulse of 128.
    #expect(0.003...0.006 ~= quiet.deviceErrorStatistics.largest, "\(quiet.deviceErrorStatistics)")
  }

  @Test("what a first round gives up is hit by later ones")
  func rounds() throws {
    let matrix = Self.uniformWeights(40, 40)
    let once = try program(matrix, Self.verified, "writes.attempt_limit=20")
    let often = try program(matrix, Self.verified, "writes.attempt_limit=20", rounds: 12)
    #expect(often.rounds.count == 12 && often.withinTolerance > once.withinTolerance + 0.2)
    #expect(often.rounds[0].activity == once.rounds[0].activity)
    #expect(often.rounds[11].activity.gaveUp < often.rounds[0].activity.gaveUp / 4)
    #expect(often.rounds[11].errors == ErrorStatistics(often.weightErrors))
  }

  @Test("weights beyond the limit are clipped, and their whole error shows")
  func clipping() throws {
    let matrix = WeightMatrix(rows: 1, columns: 4, values: [1, -1, 0.25, -0.5])
    let result = try program(matrix, "device.preset=ideal", "crossbar.weight_limit=0.5")
    #expect(result.weights == [0.5, -0.5, 0.25, -0.5] && result.clippedCount == 2)
    #expect(ErrorStatistics(result.weightErrors).largest == 0.5 && result.deviceErrorStatistics.largest < 1e-6)
    #expect(result.tenths.map(\.count) == [2, 0, 0, 0, 0, 0, 0, 1, 0, 1])
    let nothing = try program(WeightMatrix(rows: 2, columns: 2, values: [0, 0, 0, 0]), "device.preset=ideal")
    #expect(nothing.parameters.weightLimit == 1 && nothing.weights == [0, 0, 0, 0])
  }

  @Test("stuck devices stay where they are")
  func faults() throws {
    let result = try program(
      Self.uniformWeights(50, 50), Self.verified, "device.stuck_off_fraction=0.1", "device.range_sigma=0")
    let stuck = result.stuckDevices
    #expect(stuck.wornOut == 0 && abs(Double(stuck.fabricated) / 5000 - 0.1) < 0.02)
    #expect(result.rounds[0].activity.wornOut == UInt64(stuck.fabricated))
    let low = Float(result.parameters.device.off)
    for (plane, conditions) in result.conditions.enumerated() {
      for (index, condition) in conditions.enumerated() where condition == .fabricatedOff {
        #expect(result.conductances[plane][index] == low)
      }
    }
  }

  // MARK: Effort

  @Test("every pulse is counted once, and the rounds add up to the whole")
  func accounts() throws {
    let result = try program(Self.uniformWeights(70, 37), Self.verified, "writes.verify_bits=8", rounds: 3)
    let ledger = result.pulses.joined().reduce(UInt64(0)) { $0 + UInt64($1) }
    #expect(result.rounds.reduce(0) { $0 + $1.pulses } == ledger)
    #expect(result.rounds.reduce(0) { $0 + $1.activity.setPulses + $1.activity.resetPulses } == ledger)
    #expect(result.sortedPulses.reduce(UInt64(0)) { $0 + UInt64($1) } == ledger)
    let reads = result.verifyReads.joined().reduce(UInt64(0)) { $0 + UInt64($1) }
    #expect(result.rounds.reduce(0) { $0 + $1.activity.verifyReads } == reads)
    for round in result.rounds {
      let activity = round.activity
      let devices = activity.converged + activity.gaveUp + activity.outOfRange + activity.wornOut
      #expect(devices == UInt64(result.deviceCount) && activity.rowWrites == 70)
    }
    let energy = result.rounds.reduce(0) { $0 + $1.energy }
    #expect(energy > 0 && abs(energy / result.costs.energy - 1) < 1e-12)
    #expect(abs(result.rounds.reduce(0) { $0 + $1.time } / result.costs.time - 1) < 1e-12)
    #expect(result.verifyHistogram.attempts.reduce(0, +) == UInt64(3 * result.deviceCount))
  }

  @Test("an erased array has all devices at Gmin, one at mid-range none")
  func starts() throws {
    // The minus devices of the largest weight are where they should be once they are erased.
    let matrix = WeightMatrix(rows: 20, columns: 20, values: [Float](repeating: 1, count: 400))
    let erased = try program(matrix, "device.range_sigma=0", "device.nonlinearity_sigma=0")
    #expect(erased.pulses[0].allSatisfy { $0 > 0 } && erased.pulses[1].allSatisfy { $0 == 0 })
    #expect(erased.conductances[1].allSatisfy { $0 == Float(erased.parameters.device.off) })
    let middle = try program(matrix, "device.range_sigma=0", "device.nonlinearity_sigma=0", from: .midRange)
    #expect(middle.pulses.joined().allSatisfy { $0 > 0 })
    let pairs = try program(matrix, "writes.pair=one-sided", "device.range_sigma=0", "device.cycle_to_cycle_sigma=0")
    #expect(pairs.pulses[1].allSatisfy { $0 == 0 } && pairs.weights.allSatisfy { $0 > 0.95 })
  }

  @Test("the same seed gives the same bits")
  func sameBits() throws {
    let matrix = Self.uniformWeights(30, 20)
    let first = try program(matrix, Self.verified, "device.preset=rram-cmo-hfox", after: "1 s, 1 h")
    let second = try program(matrix, Self.verified, "device.preset=rram-cmo-hfox", after: "1 s, 1 h")
    #expect(first.weights == second.weights && first.pulses == second.pulses)
    #expect(first.ages.map(\.errors) == second.ages.map(\.errors))
    let other = try program(matrix, Self.verified, "device.preset=rram-cmo-hfox", after: "1 s, 1 h", seed: 4)
    #expect(first.weights != other.weights)
  }

  // MARK: Time

  @Test("phase-change weights shrink by one factor that can be corrected")
  func drift() throws {
    let result = try program(
      Self.uniformWeights(60, 60), "device.preset=pcm-gst-2019", after: "1 min, 1 day, 1 year")
    let gains = result.ages.map(\.gain)
    #expect(result.ages.map(\.age.seconds) == [0, 60, 86_400, 31_557_600])
    #expect(zip(gains, gains.dropFirst()).allSatisfy { $0 > $1 })
    for aged in result.ages.dropFirst(2) { #expect(aged.scaledError < 0.9 * aged.errors.rootMeanSquare) }
  }

  @Test("times are read with the units of days and years")
  func times() throws {
    let times = try ElapsedTimes(parsing: " 1 day,2h , 30 ms,1e2 s, 7 days, 1 year,24 h,5 min")
    #expect(times.spans.map(\.seconds) == [0.03, 100, 300, 7200, 86_400, 604_800, 31_557_600])
    #expect(
      times.spans.map(ElapsedTimes.text) == ["30 ms", "1.67 min", "5 min", "2 h", "1 day", "7 days", "1 year"])
    for text in ["", "1", "1 s,", "soon", "1 fortnight", "-1 s", "0 s", "5000 years", "1 S", "nan h", "1 1 h"] {
      #expect(throws: ElapsedTimes.ParsingError.self, "\(text)") { try ElapsedTimes(parsing: text) }
    }
  }

  // MARK: Configuration

  @Test("the weight limit is that of the matrix, of an override, or of the experiment")
  func weightLimit() throws {
    let matrix = Self.uniformWeights(10, 10, limit: 0.37)
    #expect(try program(matrix).parameters.weightLimit == matrix.largestMagnitude)
    #expect(try program(matrix, "crossbar.weight_limit=2").parameters.weightLimit == 2)
    let folder = try TemporaryFolder()
    let path = folder.path + "/e.yaml"
    try "stream: {kind: n-mnist, path: unused}\ndevice: {preset: rram-alox-hfo2}\nrun: {seed: 9}\n".write(
      toFile: path, atomically: true, encoding: .utf8)
    let configuration = try ProgrammingConfiguration(
      experiment: path, overrides: ["writes.scheme=write-verify"], seed: nil, weights: matrix)
    let parameters = configuration.parameters()
    #expect(parameters.weightLimit == 0.3 && parameters.seed == 9 && configuration.deviceName == "rram-alox-hfo2")
    #expect(configuration.yaml.contains("preset: rram-alox-hfo2") && configuration.yaml.contains("tolerance: 0.01"))
    #expect(!configuration.yaml.contains("adc_bits") && !configuration.yaml.contains("policy"))
  }

  @Test("keys that programming does not look at are refused")
  func unusedKeys() {
    let matrix = WeightMatrix(rows: 1, columns: 1, values: [1])
    for (override, part) in [
      ("crossbar.adc_bits=5", "crossbar.adc_bits has no effect"), ("run.passes=2", "run.passes has no effect"),
      ("writes.policy=sign", "writes.policy has no effect"),
      ("writes.tolerence=1", "nearest valid key is writes.tolerance"),
      ("writes.tolerance=0.02", "writes.tolerance has no effect here"),
      ("crossbar.weight_limit=0", "crossbar.weight_limit"),
      ("device", "key=value"),
    ] {
      let error = #expect(throws: ConfigurationError.self, "\(override)") {
        try ProgrammingConfiguration(experiment: nil, overrides: [override], seed: nil, weights: matrix)
      }
      #expect(error?.description.contains(part) == true, "\(String(describing: error))")
    }
  }

  @Test("warnings of verified writes are passed on, those of learning are not")
  func warnings() throws {
    let matrix = WeightMatrix(rows: 1, columns: 1, values: [1])
    let configuration = try ProgrammingConfiguration(
      experiment: nil, overrides: [Self.verified, "writes.tolerance=0.002", "writes.attempt_limit=5"], seed: nil,
      weights: matrix)
    #expect(configuration.warnings.count == 1 && configuration.warnings[0].contains("below the noise of a verify read"))
  }

  @Test("statistics of known errors")
  func statistics() {
    let statistics = ErrorStatistics((1...200).map { $0 == 200 ? -50 : Float($0 % 2) })
    #expect(
      statistics.count == 200 && statistics.largest == 50 && statistics.percentile99 == 1 && statistics.median == 1)
    #expect(statistics.mean == 0.25 && statistics.rootMeanSquare == (2600.0 / 200).squareRoot())
    #expect(statistics.divided(by: 2).largest == 25)
    #expect(ErrorStatistics([]).rootMeanSquare == 0)
  }
}
