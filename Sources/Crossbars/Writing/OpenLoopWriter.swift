import CKernels
import Devices
import Kernels

/// Writes without looking: every device takes the pulses it is sent.
///
/// The exponential response with additive noise, by far the most used, runs through a vector kernel; every other device
/// goes one by one through `DeviceModel`. Both take the same draws, and a test holds them to each other.
struct OpenLoopWriter: RowWriter {
  private let cycleNoise: RandomStream
  private let chance: RandomStream
  private let usesKernel: Bool
  private let isRandom: Bool

  /// - Parameter usesKernel: `false` sends every device through `DeviceModel`, for comparison.
  init(parameters: DeviceParameters, seed: UInt64, usesKernel: Bool = true) {
    cycleNoise = RandomStream(seed: seed, purpose: .cycleToCycle)
    chance = RandomStream(seed: seed, purpose: .writeFailure)
    self.usesKernel = usesKernel && Self.suitsKernel(parameters)
    isRandom = Self.drawsUniforms(parameters)
  }

  /// Whether trains depend on chance beside their noise.
  static func drawsUniforms(_ parameters: DeviceParameters) -> Bool {
    switch parameters.response {
    case .exponential, .tabulated: parameters.writeFailure > 0
    case .phaseChange, .magnetic: true
    }
  }

  /// Whether the exponential response with additive noise and plain wear is all there is.
  static func suitsKernel(_ parameters: DeviceParameters) -> Bool {
    guard case .exponential = parameters.response else { return false }
    let endurance = parameters.endurance
    return parameters.cycleNoise.kind == .additive && parameters.writeFailure == 0
      && (!endurance.isLimited || (endurance.displacementExponent == 1 && endurance.window == .none))
  }

  func write(
    _ row: RowWrite, pulses: UnsafePointer<Int32>, sign: Int32, devices: DevicePlanes, ledger: borrowing WearLedger,
    tally: borrowing WriteTally
  ) {
    let ages = devices.writeTicks.count > 0
    if ages { bringToPresent(row, pulses: pulses, devices: devices) }
    if usesKernel && !row.isRefresh {
      writeRow(row, pulses: pulses, sign: sign, devices: devices, ledger: ledger, tally: tally)
    } else {
      writeOneByOne(row, pulses: pulses, sign: sign, devices: devices, ledger: ledger, tally: tally)
    }
    guard ages else { return }
    for column in 0..<row.columns where pulses[column] != 0 {
      let number = devices.deviceNumber(row: row.row, column: row.firstColumn + column, plane: row.plane)
      devices.noteWrite(number: number, draw: row.event &+ 1, tick: row.tick, at: row.index + column)
    }
  }

  private func bringToPresent(_ row: RowWrite, pulses: UnsafePointer<Int32>, devices: DevicePlanes) {
    for column in 0..<row.columns where pulses[column] != 0 {
      devices.bringToPresent(at: row.index + column, tick: row.tick)
    }
  }

  /// Counter words of the draws of a row; those of column j use the first word plus j / 32 · 8 + j % 8.
  private func counter(_ row: RowWrite, array: Int) -> (UInt32, UInt32, UInt32, UInt32) {
    (
      UInt32(truncatingIfNeeded: row.block << 12),
      UInt32(
        truncatingIfNeeded: array << 8 | (row.isRefresh ? 128 : 0) | Int(row.event >> 63) << 6
          | Int(row.event >> 62 & 1) << 5 | row.plane),
      UInt32(truncatingIfNeeded: row.row), UInt32(truncatingIfNeeded: row.event)
    )
  }

  private func writeRow(
    _ row: RowWrite, pulses: UnsafePointer<Int32>, sign: Int32, devices: DevicePlanes, ledger: borrowing WearLedger,
    tally: borrowing WriteTally
  ) {
    let index = row.index
    let endurance = devices.parameters.endurance
    let noise = devices.parameters.cycleNoise
    let hasWear = devices.wear.count > 0
    var train = cpk_pulse_train(
      pulses: pulses, sign: sign, states: devices.states.base + index, conditions: devices.conditions.base + index,
      numbers: devices.numbers(ofRowAt: index), number_stride: devices.numberStride, key: cycleNoise.key,
      counter: counter(row, array: devices.array), sigma: Float(noise.sigma),
      square_root: noise.accumulation == .squareRoot ? 1 : 0, set: ledger.setPulses.base + index,
      reset: ledger.resetPulses.base + index, travel: ledger.travel.base + index,
      wear: hasWear ? devices.wear.base + index : nil, lives: hasWear ? devices.lives.base + index : nil,
      wear_per_pulse: Float(endurance.wearPerPulse), set_weight: Float(endurance.setWeight),
      reset_weight: Float(endurance.resetWeight))
    var sums = cpk_pulse_sums()
    let width = devices.layout.blockWidth
    let worn = cpk_pulse_row(&train, &sums, tally.due, width)
    tally.add(sums)
    guard worn > 0 else { return }
    for column in 0..<row.columns where tally.due[column / 8] >> UInt8(column % 8) & 1 != 0 {
      let number = devices.deviceNumber(row: row.row, column: row.firstColumn + column, plane: row.plane)
      devices.wearOut(number: number, at: index + column)
    }
  }

  private func writeOneByOne(
    _ row: RowWrite, pulses: UnsafePointer<Int32>, sign: Int32, devices: DevicePlanes, ledger: borrowing WearLedger,
    tally: borrowing WriteTally
  ) {
    let counter = counter(row, array: devices.array)
    if devices.parameters.cycleNoise.sigma > 0 || !usesKernel {
      cpk_gaussian_fill(
        cycleNoise.key, counter.0, counter.1, counter.2, counter.3, tally.gaussians, devices.layout.blockWidth)
    }
    var sums = cpk_pulse_sums()
    var longest = (set: 0, reset: 0)
    for column in 0..<row.columns where pulses[column] != 0 {
      let signed = Int(pulses[column] * sign)
      let index = row.index + column
      let number = devices.deviceNumber(row: row.row, column: row.firstColumn + column, plane: row.plane)
      var move = DevicePlanes.Move(before: Double(devices.states[index]), after: Double(devices.states[index]))
      if devices.isSound(at: index) {
        let words =
          isRandom
          ? chance.words(UInt32(truncatingIfNeeded: index), counter.1, counter.2, counter.3) : SIMD4(repeating: 0)
        move = devices.apply(
          DevicePlanes.Train(
            pulses: Double(signed), count: abs(signed), gaussian: Double(tally.gaussians[column]),
            uniform: RandomStream.uniform(words[0], words[1]), failure: RandomStream.uniform(words[2], words[3])),
          at: index, number: number)
      }
      if move.isLost { tally.activity.pointee.failedTrains += 1 }
      ledger.record(
        pulses: signed, displacement: move.after - move.before, isRefresh: row.isRefresh, at: index)
      let charge = (move.before + move.after) / 2 * Double(abs(signed))
      if signed > 0 {
        sums.set += UInt64(signed)
        sums.set_charge += charge
        longest.set = max(longest.set, signed)
      } else {
        sums.reset += UInt64(-signed)
        sums.reset_charge += charge
        longest.reset = max(longest.reset, -signed)
      }
    }
    sums.longest_set = UInt64(longest.set)
    sums.longest_reset = UInt64(longest.reset)
    tally.add(sums, isRefresh: row.isRefresh)
  }
}
