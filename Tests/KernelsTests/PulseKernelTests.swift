import CKernels
import Glibc
import Kernels
import Testing

/// What the pulse kernel computes for one device: the same operations in the same order, so the same bits.
private struct PulseTwin {
  var numbers: [Float]
  var sigma: Float
  var usesSquareRoot = false

  static func expm1Twin(_ argument: Float) -> Float {
    let x = min(max(argument, -80), 80)
    let n = roundTwin(x * 1.44269504)
    let r = (x - n * 0.693359375) - n * -2.12194440e-4
    var p = (r * 1.9841270e-4 + 1.3888889e-3) * r + 8.3333333e-3
    p = ((p * r + 4.1666667e-2) * r + 1.6666667e-1) * r + 0.5
    p = p * r
    let small = p * r + r
    let power = Float(bitPattern: UInt32(bitPattern: (Int32(n) + 127) << 23))
    return small * power + (power - 1)
  }

  /// State and level change.
  func state(after pulses: Int32, from before: Float, z: Float) -> (state: Float, moved: Float) {
    let (low, range) = (numbers[0], numbers[1])
    let offset = pulses > 0 ? 2 : 5
    let (asymptote, logRatio, step) = (numbers[offset], numbers[offset + 1], numbers[offset + 2])
    let count = Float(abs(pulses))
    let level = (before - low) / range
    let whole = Self.expm1Twin(count * logRatio)
    var next = level + (logRatio == 0 ? count * step : (level - asymptote) * whole)
    if sigma > 0 {
      let one = Self.expm1Twin(logRatio)
      let exact = logRatio == 0 ? count : (whole * (whole + 2)) / (one * (one + 2))
      next = next + ((usesSquareRoot ? count : exact).squareRoot() * sigma) * z
    }
    next = next > 0 ? (next > 1 ? 1 : next) : 0
    return (low + next * range, abs(next - level))
  }
}

/// One row of devices for the kernel, and what it should become.
private struct PulseRow {
  static let width = 80
  var pulses: [Int32]
  var states: [Float]
  var conditions: [UInt8]
  var numbers: [Float]
  var set = [UInt32](repeating: 0, count: width)
  var reset = [UInt32](repeating: 0, count: width)
  var travel = [Double](repeating: 0, count: width)
  var wear = [Double](repeating: 0, count: width)
  var lives: [Float]
  var sigma: Float = 0.037
  var usesSquareRoot = false
  var sign: Int32 = 1
  let key: UInt64 = 0xfeed_beef
  let counter: (UInt32, UInt32, UInt32, UInt32) = (3 << 12, 5, 7, 11)

  init(seed: UInt64) {
    let stream = RandomStream(seed: seed, purpose: .deviceVariation)
    func uniform(_ device: Int, _ event: UInt64) -> SIMD4<Float> {
      let words = stream.words(array: 0, item: device, event: event)
      return SIMD4((0..<4).map { RandomStream.uniform(words[$0]) })
    }
    pulses = []
    states = []
    conditions = []
    lives = []
    numbers = [Float](repeating: 0, count: 8 * Self.width)
    for device in 0..<Self.width {
      let (a, b, c) = (uniform(device, 0), uniform(device, 1), uniform(device, 2))
      pulses.append(a[0] < 0.3 ? 0 : Int32(a[1] * 40) - 20)
      conditions.append(a[2] < 0.1 ? UInt8(1 + a[3] * 3) : 0)
      lives.append(a[3] < 0.1 ? 0.001 : 1e6)
      let fields: [Float] = [
        1e-6 * (1 + 0.1 * b[0]), 9e-6 * (1 + 0.1 * b[1]), 1.2 + b[2], b[3] < 0.2 ? 0 : -0.05 * b[3], 0.01,
        c[0] < 0.5 ? -0.3 - c[1] : 1.4, c[2] < 0.2 ? 0 : (c[0] < 0.5 ? -0.1 : 0.04) * c[2], -0.012,
      ]
      for (field, value) in fields.enumerated() { numbers[field * Self.width + device] = value }
      states.append(fields[0] + fields[1] * c[3])
    }
  }

  /// Runs the kernel; returns the sums and which devices are due.
  mutating func run() -> (sums: cpk_pulse_sums, due: [Int], found: Int) {
    var sums = cpk_pulse_sums()
    var due = [UInt8](repeating: 255, count: Self.width / 8)
    var found = 0
    pulses.withUnsafeBufferPointer { pulses in
      conditions.withUnsafeBufferPointer { conditions in
        numbers.withUnsafeBufferPointer { numbers in
          lives.withUnsafeBufferPointer { lives in
            states.withUnsafeMutableBufferPointer { states in
              set.withUnsafeMutableBufferPointer { set in
                reset.withUnsafeMutableBufferPointer { reset in
                  travel.withUnsafeMutableBufferPointer { travel in
                    wear.withUnsafeMutableBufferPointer { wear in
                      var train = cpk_pulse_train(
                        pulses: pulses.baseAddress, sign: sign, states: states.baseAddress,
                        conditions: conditions.baseAddress, numbers: numbers.baseAddress, number_stride: Self.width,
                        key: key, counter: counter, sigma: sigma, square_root: usesSquareRoot ? 1 : 0,
                        set: set.baseAddress, reset: reset.baseAddress, travel: travel.baseAddress,
                        wear: wear.baseAddress, lives: lives.baseAddress, wear_per_pulse: 0.02, set_weight: 0.5,
                        reset_weight: 1)
                      found = cpk_pulse_row(&train, &sums, &due, Self.width)
                    }
                  }
                }
              }
            }
          }
        }
      }
    }
    return (sums, (0..<Self.width).filter { due[$0 / 8] >> UInt8($0 % 8) & 1 != 0 }, found)
  }

  func twin(_ device: Int) -> PulseTwin {
    PulseTwin(
      numbers: (0..<8).map { numbers[$0 * Self.width + device] }, sigma: sigma, usesSquareRoot: usesSquareRoot)
  }
}

@Suite("Pulse kernel")
struct PulseKernelTests {
  @Test(
    "Every device ends with the bits of the scalar twin", arguments: [1, -1] as [Int32],
    [(0, false), (0.037, false), (0.037, true)])
  func bits(sign: Int32, noise: (sigma: Float, usesSquareRoot: Bool)) {
    var row = PulseRow(seed: 3)
    row.sign = sign
    row.sigma = noise.sigma
    row.usesSquareRoot = noise.usesSquareRoot
    let before = row
    let z = gaussianTwin(
      key: row.key, first: row.counter.0, row.counter.1, row.counter.2, row.counter.3, count: PulseRow.width)
    let (sums, due, found) = row.run()
    var expected = cpk_pulse_sums()
    var lanes = [(Float, Float)](repeating: (0, 0), count: 8)
    var expectedDue: [Int] = []
    for device in 0..<PulseRow.width {
      let pulses = before.pulses[device] * sign
      let isSound = before.conditions[device] == 0
      var after = before.states[device]
      var moved: Float = 0
      if pulses != 0 && isSound {
        (after, moved) = before.twin(device).state(after: pulses, from: after, z: z[device])
      }
      #expect(row.states[device] == after, "device \(device)")
      #expect(row.set[device] == UInt32(max(pulses, 0)))
      #expect(row.reset[device] == UInt32(max(-pulses, 0)))
      let way = abs(after - before.states[device])
      #expect(row.travel[device] == Double(way))
      var spent: Float = 0
      if pulses != 0 && isSound {
        spent = (moved + Float(abs(pulses)) * 0.02) * (pulses > 0 ? 0.5 : 1)
        if spent >= before.lives[device] { expectedDue.append(device) }
      }
      #expect(row.wear[device] == Double(spent))
      let charge = (before.states[device] + after) * 0.5
      lanes[device % 8].0 += charge * Float(max(pulses, 0))
      lanes[device % 8].1 += charge * Float(max(-pulses, 0))
      expected.set += UInt64(max(pulses, 0))
      expected.reset += UInt64(max(-pulses, 0))
      expected.longest_set = max(expected.longest_set, UInt64(max(pulses, 0)))
      expected.longest_reset = max(expected.longest_reset, UInt64(max(-pulses, 0)))
    }
    for lane in lanes {
      expected.set_charge += Double(lane.0)
      expected.reset_charge += Double(lane.1)
    }
    #expect(sums.set_charge == expected.set_charge && sums.reset_charge == expected.reset_charge)
    #expect(sums.set == expected.set && sums.reset == expected.reset)
    #expect(sums.longest_set == expected.longest_set && sums.longest_reset == expected.longest_reset)
    #expect(due == expectedDue && found == expectedDue.count && !due.isEmpty)
  }

  @Test("A full count stays full")
  func saturation() {
    var row = PulseRow(seed: 4)
    row.set = row.set.map { _ in UInt32.max - 1 }
    _ = row.run()
    #expect(row.set.allSatisfy { $0 >= UInt32.max - 1 })
    #expect(row.set.contains(UInt32.max))
  }

  @Test(
    "expm1 holds its precision over the whole range", arguments: [1e-7, 1e-3, 0.1, 0.34, 0.36, 2, 20, 79] as [Float])
  func precision(size: Float) {
    for x in [size, -size] {
      let exact = expm1(Double(x))
      #expect(abs(Double(PulseTwin.expm1Twin(x)) - exact) <= 5e-7 * abs(exact))
    }
  }
}

@Suite("Ageing kernel")
struct AgeingKernelTests {
  private func aged(_ law: cpk_aging, states: [Float], written: [UInt64], coefficients: [Float]) -> [Float] {
    var law = law
    var result = [Float](repeating: 0, count: states.count)
    cpk_age(&law, states, written, coefficients, &result, states.count)
    return result
  }

  private let states: [Float] = (0..<16).map { 1e-6 * Float(1 + $0) }
  private let written: [UInt64] = (0..<16).map { UInt64($0) * 1_000_000_000_000 / 15 }

  @Test("Power law within 1e-6 of the closed form, and untouched at age 0")
  func powerLaw() {
    let coefficients: [Float] = (0..<16).map { 0.01 * Float($0) }
    let law = cpk_aging(
      kind: 0, now: 1_000_000_000_000, tick_seconds: 1e-3, inverse_time: 0.05, exponent: 0, rest_level: 0, lows: nil,
      ranges: nil, own: 0)
    let result = aged(law, states: states, written: written, coefficients: coefficients)
    for j in 0..<15 {
      let age = Double(1_000_000_000_000 - written[j]) * 1e-3
      let exact = Double(states[j]) * exp(-Double(coefficients[j]) * log(1 + age * 0.05))
      #expect(abs(Double(result[j]) - exact) < 3e-6 * exact)
    }
    #expect(result[15] == states[15])
  }

  @Test("Stretched exponential within 1e-5 of the range of the closed form; a later write counts as age 0")
  func stretched() {
    let coefficients = [Float](repeating: 1e4, count: 16)
    let lows = [Float](repeating: 1e-6, count: 16)
    let ranges = [Float](repeating: 15e-6, count: 16)
    for own in [0, 1] as [Int32] {
      lows.withUnsafeBufferPointer { lows in
        ranges.withUnsafeBufferPointer { ranges in
          let law = cpk_aging(
            kind: 1, now: 5_000_000, tick_seconds: 1e-3, inverse_time: 0, exponent: 0.3, rest_level: 0.5,
            lows: lows.baseAddress, ranges: ranges.baseAddress, own: own)
          let result = aged(law, states: states, written: written.map { $0 / 200_000 }, coefficients: coefficients)
          for j in 0..<16 {
            let age = Double(5_000_000 - min(written[j] / 200_000, 5_000_000)) * 1e-3
            let rest = 8.5e-6
            let fade = age > 0 ? exp(-exp(0.3 * log(age / 1e4))) : 1
            #expect(abs(Double(result[j]) - (rest + (Double(states[j]) - rest) * fade)) < 15e-6 * 1e-5)
          }
          #expect(aged(law, states: states, written: written.map { _ in .max }, coefficients: coefficients) == states)
        }
      }
    }
  }
}
