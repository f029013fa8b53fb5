import CKernels
import Devices
import Glibc
import Kernels

/// Writes by pulsing and reading in turn; see `WriteVerify`.
///
/// The controller knows neither the device nor its history: it reads the device once, adds the wanted change to what it
/// read and stays within the range of the typical device, then pulses until a read is close enough. A stuck device takes
/// all the attempts there are.
struct WriteVerifyWriter: RowWriter {
  private let parameters: WriteVerify
  private let noise: RandomStream
  private let chance: RandomStream
  private let isRandom: Bool
  private let usesQuickPulse: Bool
  private let off: Double
  private let range: Double
  private let step: Double
  private let converterStep: Double
  private let setAmplitudes: PulseAmplitudes
  private let resetAmplitudes: PulseAmplitudes

  /// - Parameter step: change wanted for one nominal pulse, in siemens.
  init(_ parameters: WriteVerify, device: DeviceParameters, step: Double, seed: UInt64) {
    self.parameters = parameters
    self.step = step
    noise = RandomStream(seed: seed, purpose: .verifyNoise)
    chance = RandomStream(seed: seed, purpose: .writeFailure)
    isRandom = OpenLoopWriter.drawsUniforms(device)
    usesQuickPulse =
      OpenLoopWriter.suitsKernel(device) && parameters.ramp == nil && device.cycleNoise.accumulation == .exact
    off = device.off
    range = device.on - device.off
    converterStep = parameters.verifyBits > 0 ? range / Double((1 << parameters.verifyBits) - 1) : 0
    setAmplitudes = PulseAmplitudes(ramp: parameters.ramp, pulse: device.pulse, polarity: .potentiation)
    resetAmplitudes = PulseAmplitudes(ramp: parameters.ramp, pulse: device.pulse, polarity: .depression)
  }

  func write(
    _ row: RowWrite, pulses: UnsafePointer<Int32>, sign: Int32, devices: DevicePlanes, ledger: borrowing WearLedger,
    tally: borrowing WriteTally
  ) {
    var sums = cpk_pulse_sums()
    for column in 0..<row.columns where pulses[column] != 0 {
      let index = row.index + column
      devices.bringToPresent(at: index, tick: row.tick)
      let number = devices.deviceNumber(row: row.row, column: row.firstColumn + column, plane: row.plane)
      var loop = Loop(
        writer: self, row: row, devices: devices, index: index, number: number,
        shift: Double(pulses[column] * sign) * step, goal: row.goals?[column], draws: tally.gaussians)
      loop.run()
      devices.noteWrite(number: number, draw: row.event &+ 1, tick: row.tick, at: index)
      loop.account(into: ledger, tally: tally, sums: &sums, bits: parameters.verifyBits)
      sums.longest_set = max(sums.longest_set, UInt64(loop.sets))
      sums.longest_reset = max(sums.longest_reset, UInt64(loop.resets))
      tally.phases.pointee.extend(set: 0, reset: 0, verify: UInt64(loop.reads))
    }
    tally.add(sums, isRefresh: row.isRefresh)
  }

  /// Draws of eight attempts: one call of the vector kernel gives all that a typical write of a device needs.
  private func fillDraws(
    _ row: RowWrite, array: Int, index: Int, batch: Int, into numbers: UnsafeMutablePointer<Float>
  ) {
    cpk_gaussian_fill(
      noise.key, UInt32(truncatingIfNeeded: batch * 8),
      UInt32(truncatingIfNeeded: array << 1 | (row.isRefresh ? 1 : 0)),
      UInt32(truncatingIfNeeded: index), UInt32(truncatingIfNeeded: row.event), numbers, 16)
  }

  /// The pulses and reads of one device.
  private struct Loop {
    let writer: WriteVerifyWriter
    let row: RowWrite
    let devices: DevicePlanes
    let index: Int
    let number: Int
    let shift: Double
    let goal: Double?
    /// Sixteen normal numbers: of the reads, then of the pulses, of eight attempts.
    let draws: UnsafeMutablePointer<Float>

    private(set) var sets = 0
    private(set) var resets = 0
    private(set) var reads = 0
    private var target = 0.0
    private var hasConverged = false
    private var isStuck = false
    private var travel = 0.0
    private var setCharge = 0.0
    private var resetCharge = 0.0
    private var readCharge = 0.0
    private var lost = 0

    init(
      writer: WriteVerifyWriter, row: RowWrite, devices: DevicePlanes, index: Int, number: Int, shift: Double,
      goal: Double?, draws: UnsafeMutablePointer<Float>
    ) {
      self.writer = writer
      self.row = row
      self.devices = devices
      self.index = index
      self.number = number
      self.shift = shift
      self.goal = goal
      self.draws = draws
    }

    mutating func run() {
      let tolerance = writer.parameters.tolerance * writer.range
      isStuck = !devices.isSound(at: index)
      let quick = writer.usesQuickPulse && !isStuck ? QuickPulse(devices, at: index) : nil
      var state = Double(devices.states[index])
      var seen = read(state)
      target = min(max(goal ?? seen + shift, writer.off), writer.off + writer.range)
      var isRising = true
      var inDirection = 0
      while abs(target - seen) > tolerance {
        guard sets + resets < writer.parameters.attemptLimit else { return }
        if isRising != (seen < target) || sets + resets == 0 { inDirection = 0 }
        isRising = seen < target
        if let quick, !isStuck {
          state = pulse(quick, from: state, isRising: isRising)
        } else {
          state = pulse(isRising: isRising, number: inDirection)
        }
        inDirection += 1
        seen = read(state)
      }
      hasConverged = true
    }

    private var attempt: Int { sets + resets }

    private mutating func read(_ state: Double) -> Double {
      if attempt & 7 == 0 {
        writer.fillDraws(row, array: devices.array, index: index, batch: attempt / 8, into: draws)
      }
      reads += 1
      readCharge += state
      let seen = state * (1 + writer.parameters.verifyNoise * Double(draws[attempt & 7]))
      guard writer.converterStep > 0 else { return seen }
      return writer.off + ((seen - writer.off) / writer.converterStep).rounded() * writer.converterStep
    }

    private mutating func count(isRising: Bool, before: Double, after: Double, weight: Double) {
      travel += abs(after - before)
      let charge = (before + after) / 2 * weight
      if isRising {
        sets += 1
        setCharge += charge
      } else {
        resets += 1
        resetCharge += charge
      }
    }

    /// A pulse to any device.
    private mutating func pulse(isRising: Bool, number pulse: Int) -> Double {
      let amplitude = (isRising ? writer.setAmplitudes : writer.resetAmplitudes)[pulse]
      let before = Double(devices.states[index])
      var move = DevicePlanes.Move(before: before, after: before)
      if !isStuck {
        var words = SIMD4<UInt32>(repeating: .max)
        if writer.isRandom {
          words = writer.chance.words(
            UInt32(truncatingIfNeeded: index),
            UInt32(truncatingIfNeeded: devices.array << 17 | (row.isRefresh ? 1 << 16 : 0) | attempt),
            UInt32(truncatingIfNeeded: row.event), UInt32(truncatingIfNeeded: row.event >> 32))
        }
        move = devices.apply(
          DevicePlanes.Train(
            pulses: isRising ? amplitude.pulses : -amplitude.pulses, count: 1,
            gaussian: Double(draws[8 + (attempt & 7)]), uniform: RandomStream.uniform(words[0], words[1]),
            failure: RandomStream.uniform(words[2], words[3])), at: index, number: number)
        if move.isLost { lost += 1 }
        isStuck = move.isWornOut
      }
      count(isRising: isRising, before: move.before, after: move.after, weight: amplitude.energyWeight)
      return Double(devices.states[index])
    }

    /// A nominal pulse to a device of the exponential response, without a look at what it does not have.
    private mutating func pulse(_ quick: QuickPulse, from before: Double, isRising: Bool) -> Double {
      let after = quick.state(after: before, isRising: isRising, gaussian: Double(draws[8 + (attempt & 7)]))
      devices.states[index] = Float(after)
      count(isRising: isRising, before: before, after: after, weight: 1)
      guard devices.wear.count > 0 else { return after }
      devices.wear[index] += quick.wear(displacement: after - before, isRising: isRising)
      guard devices.wear[index] >= Double(devices.lives[index]) else { return after }
      devices.wearOut(number: number, at: index)
      isStuck = true
      return Double(devices.states[index])
    }

    func account(
      into ledger: borrowing WearLedger, tally: borrowing WriteTally, sums: inout cpk_pulse_sums, bits: Int
    ) {
      if sets > 0 { ledger.record(pulses: sets, displacement: travel, isRefresh: row.isRefresh, at: index) }
      if resets > 0 {
        ledger.record(pulses: -resets, displacement: sets > 0 ? 0 : travel, isRefresh: row.isRefresh, at: index)
      }
      ledger.recordVerify(reads: reads, at: index)
      sums.set += UInt64(sets)
      sums.reset += UInt64(resets)
      sums.set_charge += setCharge
      sums.reset_charge += resetCharge
      let activity = tally.activity
      activity.pointee.verifyReads += UInt64(reads)
      if bits > 0 { activity.pointee.verifyConversions += UInt64(reads) }
      activity.pointee.verifyCharge += readCharge
      activity.pointee.failedTrains += UInt64(lost)
      let state = Double(devices.states[index])
      if isStuck {
        activity.pointee.wornOut += 1
      } else if hasConverged {
        activity.pointee.converged += 1
      } else if isOutOfRange {
        activity.pointee.outOfRange += 1
      } else {
        activity.pointee.gaveUp += 1
      }
      guard let histogram = tally.histogram else { return }
      histogram[VerifyHistogram.bin(ofAttempts: sets + resets)] += 1
      let residual = VerifyHistogram.bin(ofResidual: (state - target) / writer.range)
      histogram[VerifyHistogram.binCount + residual] += 1
    }

    /// Whether the target lies beyond what this device can reach.
    private var isOutOfRange: Bool {
      let device = devices.device(at: index)
      let window = devices.window(at: index, of: device)
      let tolerance = writer.parameters.tolerance * writer.range
      let low = Double(device.low) + window.lowest * Double(device.range)
      let high = Double(device.low) + window.highest * Double(device.range)
      return target < low - tolerance || target > high + tolerance
    }
  }
}

/// Single nominal pulses of the exponential response with additive noise, prepared for one device: what `DeviceModel` does
/// for them, with the exponential taken once.
struct QuickPulse {
  private let low: Double
  private let range: Double
  private let sigma: Double
  private let up: (asymptote: Double, ratio: Double, step: Double)
  private let down: (asymptote: Double, ratio: Double, step: Double)
  private let wearPerPulse: Double
  private let setWeight: Double
  private let resetWeight: Double

  init(_ devices: DevicePlanes, at index: Int) {
    let device = devices.device(at: index)
    low = Double(device.low)
    range = Double(device.range)
    sigma = devices.parameters.cycleNoise.sigma
    func prepared(_ asymptote: Float, _ logRatio: Float, _ step: Float) -> (Double, Double, Double) {
      // With a log ratio of 0 the ratio is 1, and the step alone moves the level.
      logRatio == 0 ? (0, 1, Double(step)) : (Double(asymptote), exp(Double(logRatio)), 0)
    }
    up = prepared(device.upAsymptote, device.upLogRatio, device.upStep)
    down = prepared(device.downAsymptote, device.downLogRatio, device.downStep)
    let endurance = devices.parameters.endurance
    wearPerPulse = endurance.wearPerPulse
    setWeight = endurance.setWeight
    resetWeight = endurance.resetWeight
  }

  /// State after one pulse.
  func state(after state: Double, isRising: Bool, gaussian: Double) -> Double {
    let law = isRising ? up : down
    let level = (state - low) / range
    let next = law.asymptote + (level - law.asymptote) * law.ratio + law.step + sigma * gaussian
    return low + min(max(next, 0), 1) * range
  }

  /// Wear of one pulse.
  func wear(displacement: Double, isRising: Bool) -> Double {
    (abs(displacement) / range + wearPerPulse) * (isRising ? setWeight : resetWeight)
  }
}
