import CKernels
import Devices
import Kernels

/// One write scheme: brings the devices of one row of a plane closer to where they should be.
///
/// Rows of different blocks may be written on different threads at the same time.
protocol RowWriter: Sendable {
  /// Writes a row.
  ///
  /// - Parameters:
  ///   - row: which devices, and when.
  ///   - pulses: signed nominal pulses for each column `[blockWidth]`, 0 where a device is left alone.
  ///   - sign: 1, or −1 for devices that move opposite to the weight.
  ///   - devices: the devices.
  ///   - ledger: takes every pulse.
  ///   - tally: sums of the tile.
  func write(
    _ row: RowWrite, pulses: UnsafePointer<Int32>, sign: Int32, devices: DevicePlanes, ledger: borrowing WearLedger,
    tally: borrowing WriteTally)
}

/// Which row of devices is written, and when.
struct RowWrite {
  let plane: Int
  let block: Int
  let row: Int
  /// Position of the first device of the row in the planes' storage.
  let index: Int
  /// First column of the block in the matrix.
  let firstColumn: Int
  /// Real columns of the block.
  let columns: Int
  /// Number of the write since the start of the run; part of the random counters.
  let event: UInt64
  /// Tick at which it happens.
  let tick: UInt64
  /// Whether the pulses refresh a pair instead of changing its weight.
  let isRefresh: Bool
  /// States to reach `[blockWidth]`, for writers that verify; `nil`: the pulses say how far from the present state.
  var goals: UnsafePointer<Double>?
}

/// Where a row write leaves its sums.
struct WriteTally: ~Copyable {
  /// Sums of the tile.
  let activity: UnsafeMutablePointer<WriteActivity>
  /// Attempts and residuals of the block, 2 × `VerifyHistogram.binCount`; only for schemes that verify.
  let histogram: UnsafeMutablePointer<UInt64>?
  /// Scratch of the block: room for a row of numbers and of due bits.
  let gaussians: UnsafeMutablePointer<Float>
  let due: UnsafeMutablePointer<UInt8>
  /// The longest sequences of the row so far, over its planes: these are pulsed together.
  let phases: UnsafeMutablePointer<RowPhases>

  /// Adds what one row of one plane took.
  func add(_ sums: cpk_pulse_sums, isRefresh: Bool = false) {
    if isRefresh {
      activity.pointee.refreshSetPulses += sums.set
      activity.pointee.refreshResetPulses += sums.reset
    } else {
      activity.pointee.setPulses += sums.set
      activity.pointee.resetPulses += sums.reset
    }
    activity.pointee.setCharge += sums.set_charge
    activity.pointee.resetCharge += sums.reset_charge
    phases.pointee.extend(set: sums.longest_set, reset: sums.longest_reset)
  }
}

/// The longest sequences of a row write, which fix how long it takes.
struct RowPhases: BitwiseCopyable, Sendable {
  var set: UInt64 = 0
  var reset: UInt64 = 0
  var verify: UInt64 = 0

  mutating func extend(set: UInt64, reset: UInt64, verify: UInt64 = 0) {
    self.set = max(self.set, set)
    self.reset = max(self.reset, reset)
    self.verify = max(self.verify, verify)
  }
}

extension DevicePlanes {
  /// A train for one device.
  struct Train {
    /// Signed number of nominal pulses, a fraction for pulses of lower amplitude.
    var pulses: Double
    /// Physical pulses.
    var count: Int
    /// Noise of the train.
    var gaussian: Double
    /// Decides what happens at random.
    var uniform: Double
    /// Decides whether the train is lost.
    var failure: Double
  }

  /// State of a device right before and right after a train.
  struct Move {
    var before: Double
    var after: Double
    var isLost = false
    var isWornOut = false
  }

  /// Applies a train to a sound device and wears it; the ledger is up to the caller.
  func apply(_ train: Train, at index: Int, number: Int) -> Move {
    let before = Double(states[index])
    if parameters.writeFailure > 0 && train.failure <= parameters.writeFailure {
      return finish(
        Move(before: before, after: before, isLost: true), train: train, range: 1, at: index, number: number)
    }
    let device = device(at: index)
    let low = Double(device.low)
    let range = Double(device.range)
    var cell = CellState(
      level: (before - low) / range, setsSinceReset: setsSinceReset.count > 0 ? Int(setsSinceReset[index]) : 0)
    model.apply(
      pulses: train.pulses, to: &cell, of: device, gaussian: train.gaussian, uniform: train.uniform)
    let window = window(at: index, of: device)
    let level = min(max(cell.level, window.lowest), window.highest)
    if setsSinceReset.count > 0 { setsSinceReset[index] = UInt16(clamping: cell.setsSinceReset) }
    states[index] = Float(low + level * range)
    return finish(
      Move(before: before, after: Double(states[index])), train: train, range: range, at: index, number: number)
  }

  private func finish(_ move: Move, train: Train, range: Double, at index: Int, number: Int) -> Move {
    guard wear.count > 0 else { return move }
    var move = move
    wear[index] += parameters.endurance.wear(
      displacement: (move.after - move.before) / range, pulses: train.count,
      polarity: train.pulses > 0 ? .potentiation : .depression)
    if wear[index] >= Double(lives[index]) {
      wearOut(number: number, at: index)
      move.isWornOut = true
    }
    return move
  }
}

extension DeviceModel {
  /// The cell after pulses without noise: the mean of the response, and of its early noise where there is one.
  func mean(after pulses: Double, from cell: CellState, of device: DeviceNumbers) -> CellState {
    var next = cell
    // A uniform number of 1 stands for noise of 0 in the draws of early pulses.
    apply(pulses: pulses, to: &next, of: device, gaussian: 0, uniform: 1)
    return next
  }
}
