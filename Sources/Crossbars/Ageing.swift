import CKernels
import Devices
import Glibc
import Kernels

/// What time does to the devices of an array between writes: drift, retention, and traps that come and go (RTN).
///
/// A state is a function of what was written and of the time since, so it is not stepped along: it is worked out anew
/// ("folded") for a whole block when it may have changed by more than `errorBound` of the range since the last time, which
/// for a logarithmic drift happens ever more rarely. Traps are followed on the same grid and at least every
/// `trapInterval`; faster ones are drawn independently there, with the right occupation. A block is never folded more often
/// than every `shortestInterval`: with one, reads may also miss what a device does within that time after a write.
///
/// | symbol | name | unit | value |
/// | --- | --- | --- | --- |
/// | | `errorBound`: change of a state that reads may miss | fraction of the range | 1e-3 |
/// | | `trapInterval`: longest time between two looks at the traps | s | 10e-3 |
/// | | `shortestInterval`: time between two folds of a block, at least | s | 0: as the error bound asks |
final class Ageing: @unchecked Sendable {
  static let errorBound = 1e-3
  static let trapInterval = 10e-3

  let devices: DevicePlanes
  let tickSeconds: Double
  let shortestInterval: Double
  /// States as reads see them, in block storage by plane.
  let present: AlignedBuffer<Float>
  /// Tick of the last fold of each block; state.
  let foldTicks: AlignedBuffer<UInt64>
  /// Whether the trap of a device is occupied; empty without traps. State.
  let occupied: AlignedBuffer<UInt8>
  /// Tick at which each block must be folded again; state.
  let nextFold: AlignedBuffer<UInt64>
  /// Tick of the latest write to each block; state.
  let lastWrite: AlignedBuffer<UInt64>
  private let traps: [[TrappedDevice]]
  /// Position of the trap of each device in `traps`, −1 for none; empty without traps.
  private let trapPositions: AlignedBuffer<Int32>
  private let trapNoise: RandomStream

  /// A device with a trap.
  private struct TrappedDevice {
    var index: Int
    var number: Int
    var trap: TelegraphNoise.Trap
  }

  /// `nil` for devices that only writing changes.
  init?(
    devices: DevicePlanes, tickSeconds: Double, shortestInterval: Double, seed: UInt64,
    noiseSeed: UInt64
  ) {
    let parameters = devices.parameters
    let hasTraps = (parameters.telegraphNoise?.fraction ?? 0) > 0
    guard parameters.retention != .none || hasTraps || parameters.readNoise.dependsOnAge else { return nil }
    self.devices = devices
    self.tickSeconds = tickSeconds
    self.shortestInterval = shortestInterval
    let layout = devices.layout
    present = AlignedBuffer(count: devices.states.count)
    foldTicks = AlignedBuffer(count: layout.blockCount)
    nextFold = AlignedBuffer(count: layout.blockCount)
    lastWrite = AlignedBuffer(count: layout.blockCount)
    occupied = AlignedBuffer(count: hasTraps ? devices.states.count : 0)
    trapNoise = RandomStream(seed: noiseSeed, purpose: .telegraphNoise)
    traps = (0..<layout.blockCount).map { Self.traps(ofBlock: $0, devices: devices, seed: seed) }
    trapPositions = AlignedBuffer(count: occupied.count)
    trapPositions.fill(-1)
    for trapped in traps {
      for (position, device) in trapped.enumerated() {
        trapPositions[device.index] = Int32(position)
        // A run begins long after fabrication: in equilibrium.
        occupied[device.index] = isOccupied(device, after: .infinity, tick: 0) ? 1 : 0
      }
    }
  }

  /// Whether the trap of a device is charged at a tick, some seconds after the last look at it.
  private func isOccupied(_ device: TrappedDevice, after interval: Double, tick: UInt64) -> Bool {
    let words = trapNoise.words(array: devices.array, item: device.number, event: tick &+ 1)
    return device.trap.occupied(
      after: interval, from: occupied[device.index] != 0, uniform: RandomStream.uniform(words[0], words[1]))
  }

  private static func traps(ofBlock block: Int, devices: DevicePlanes, seed: UInt64) -> [TrappedDevice] {
    guard let noise = devices.parameters.telegraphNoise, noise.fraction > 0 else { return [] }
    let layout = devices.layout
    var found: [TrappedDevice] = []
    for plane in 0..<devices.planeCount {
      for row in 0..<layout.rows {
        for column in layout.columns(inBlock: block) {
          let number = devices.deviceNumber(row: row, column: column, plane: plane)
          guard let trap = noise.trap(array: devices.array, device: number, seed: seed) else { continue }
          let index = plane * layout.storageCount + layout.index(row: row, column: column)
          found.append(TrappedDevice(index: index, number: number, trap: trap))
        }
      }
    }
    return found
  }

  // MARK: Folding

  /// Works out the states of a block at a tick and when it must be done again. O(devices of the block).
  func fold(block: Int, tick: UInt64) {
    advanceTraps(block: block, tick: tick)
    foldTicks[block] = tick
    refresh(block: block)
    scheduleNext(block: block)
  }

  /// The states at the last fold, for devices written since then as they were written.
  func refresh(block: Int) {
    let tick = foldTicks[block]
    forEachPlane(block: block) { range in age(range, tick: tick) }
    applyTraps(block: block)
  }

  private func forEachPlane(block: Int, _ body: (Range<Int>) -> Void) {
    let layout = devices.layout
    for plane in 0..<devices.planeCount {
      let start = plane * layout.storageCount + block * layout.blockElements
      body(start..<start + layout.blockElements)
    }
  }

  private func age(_ range: Range<Int>, tick: UInt64) {
    let first = range.lowerBound
    switch devices.parameters.retention {
    case .none:
      (present.base + first).update(from: devices.states.base + first, count: range.count)
    case .powerLaw(let drift):
      var law = law(kind: 0, tick: tick)
      law.inverse_time = Float(1 / drift.startTime)
      run(&law, range)
    case .stretched(let decay):
      var law = law(kind: 1, tick: tick)
      law.exponent = Float(decay.exponent)
      law.rest_level = Float(decay.restLevel)
      let width = devices.layout.blockWidth
      for row in stride(from: first, to: range.upperBound, by: width) {
        law.lows = UnsafePointer(devices.numbers(ofRowAt: row))
        law.ranges = UnsafePointer(devices.numbers(ofRowAt: row) + devices.numberStride)
        run(&law, row..<row + width)
      }
    case .relaxation:
      for index in range { present[index] = Float(devices.state(at: index, tick: tick)) }
    }
  }

  private func law(kind: Int32, tick: UInt64) -> cpk_aging {
    cpk_aging(
      kind: kind, now: tick, tick_seconds: Float(tickSeconds), inverse_time: 0, exponent: 0, rest_level: 0, lows: nil,
      ranges: nil, own: 1)
  }

  private func run(_ law: inout cpk_aging, _ range: Range<Int>) {
    let first = range.lowerBound
    cpk_age(
      &law, devices.states.base + first, devices.writeTicks.base + first, devices.coefficients.base + first,
      present.base + first, range.count)
  }

  /// Looks at the traps after the time since the last fold; the draw belongs to the tick of the fold.
  private func advanceTraps(block: Int, tick: UInt64) {
    let interval = Double(tick - min(foldTicks[block], tick)) * tickSeconds
    for device in traps[block] {
      occupied[device.index] = isOccupied(device, after: interval, tick: tick) ? 1 : 0
    }
  }

  private func applyTraps(block: Int) {
    for device in traps[block] where occupied[device.index] != 0 { apply(device) }
  }

  private func apply(_ device: TrappedDevice) {
    guard let noise = devices.parameters.telegraphNoise else { return }
    let own = devices.device(at: device.index)
    let level = (Double(present[device.index]) - Double(own.low)) / Double(own.range)
    present[device.index] *= Float(1 - noise.amplitude(of: device.trap, level: level))
  }

  private func scheduleNext(block: Int) {
    let tick = foldTicks[block]
    let age = Double(tick - min(lastWrite[block], tick)) * tickSeconds
    var interval = devices.parameters.retention.foldInterval(age: age, errorBound: Self.errorBound)
    if !traps[block].isEmpty { interval = min(interval, Self.trapInterval) }
    if devices.parameters.readNoise.dependsOnAge { interval = min(interval, max(age, Self.trapInterval)) }
    let ticks = ticks(interval)
    nextFold[block] = ticks < 1e18 ? tick &+ UInt64(ticks) : .max
  }

  /// Whole ticks until a block is folded again.
  private func ticks(_ interval: Double) -> Double {
    max((max(interval, shortestInterval) / tickSeconds).rounded(.down), 1)
  }

  // MARK: Writes

  /// Takes over the states of a row of a plane after it was written.
  func noteWrite(row: Int, block: Int, plane: Int, tick: UInt64) {
    let layout = devices.layout
    let index = plane * layout.storageCount + (block * layout.rows + row) * layout.blockWidth
    let ages = devices.writeTicks.count > 0
    for column in index..<index + layout.blockWidth where !ages || devices.writeTicks[column] >= tick {
      present[column] = devices.states[column]
      if occupied.count > 0, occupied[column] != 0 { apply(traps[block][Int(trapPositions[column])]) }
    }
    guard tick > lastWrite[block] || lastWrite[block] == 0 else { return }
    lastWrite[block] = tick
    // The youngest device drifts fastest: look again as soon as it may have moved.
    var interval = devices.parameters.retention.foldInterval(age: 0, errorBound: Self.errorBound)
    if interval == .infinity, devices.parameters.readNoise.dependsOnAge { interval = Self.trapInterval }
    let ticks = ticks(interval)
    if ticks < 1e18 { nextFold[block] = min(nextFold[block], tick &+ UInt64(ticks)) }
  }
}

extension CrossbarArray {
  /// Brings a block to the present if reads at `tick` need it, and what reads use with it.
  func fold(block: Int, tick: UInt64) {
    guard let ageing else { return }
    ageing.fold(block: block, tick: tick)
    refreshReferences(block: block)
    for row in 0..<layout.rows { refreshRow(row, block: block) }
  }

  /// Brings the whole array to a tick, whatever the schedule says; for looking at it at a given time.
  public func age(to tick: UInt64) {
    for block in 0..<layout.blockCount { fold(block: block, tick: tick) }
  }
}
