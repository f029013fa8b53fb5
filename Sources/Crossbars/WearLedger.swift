import Kernels

/// What happened to every single device since the array was made: pulses by kind and conductance travelled.
///
/// Nothing resets it. The devices of a synapse lie in planes, the plus devices first, at the block position of the synapse.
/// For an ideal pair the minus device always moves opposite to the plus device, so only plane 0 is stored.
///
/// A device shares its lines with others, so what it sees at reduced voltage follows from what these received: half-select
/// counts are worked out from the counts of rows and columns (`HalfSelects`), not stored for each device.
public struct WearLedger: ~Copyable, Sendable {
  /// Kind of a counted pulse.
  public enum PulseKind: Sendable, CaseIterable {
    /// Raises the conductance, for learning.
    case set
    /// Lowers the conductance, for learning.
    case reset
    /// Erases or rewrites a pair; SET and RESET together.
    case refresh
    /// Reads the device while it is written.
    case verify
  }

  let layout: BlockedLayout
  /// Number of planes, stored or not.
  let planeCount: Int
  /// Whether plane 1 is the mirror image of plane 0.
  public let isMirrored: Bool
  let setPulses: AlignedBuffer<UInt32>
  let resetPulses: AlignedBuffer<UInt32>
  /// Pulses of refreshes; empty where there are none.
  let refreshPulses: AlignedBuffer<UInt32>
  /// Verify reads; empty where writes are not verified.
  let verifyReads: AlignedBuffer<UInt32>
  /// Σ|ΔG| of the trains, in siemens (mirrored: Σ|Δw| in weight units).
  let travel: AlignedBuffer<Double>
  private let travelUnit: Double

  /// An empty ledger.
  /// - Parameter mirroredTravelUnit: for an ideal pair, siemens per device for one unit of weight; else `nil`.
  init(layout: BlockedLayout, planes: Int, refreshes: Bool, verifies: Bool, mirroredTravelUnit: Double?) {
    self.layout = layout
    isMirrored = mirroredTravelUnit != nil
    travelUnit = mirroredTravelUnit ?? 1
    planeCount = planes
    let count = (isMirrored ? 1 : planes) * layout.storageCount
    setPulses = AlignedBuffer(count: count)
    resetPulses = AlignedBuffer(count: count)
    refreshPulses = AlignedBuffer(count: refreshes ? count : 0)
    verifyReads = AlignedBuffer(count: verifies ? count : 0)
    travel = AlignedBuffer(count: count)
  }

  /// Counts a train of `pulses` (positive SET, negative RESET) that moved a device by `displacement` siemens.
  func record(pulses: Int, displacement: Double, isRefresh: Bool = false, at index: Int) {
    let buffer = isRefresh ? refreshPulses.base : (pulses > 0 ? setPulses.base : resetPulses.base)
    Self.add(abs(pulses), to: &buffer[index])
    travel[index] += abs(displacement)
  }

  /// Counts verify reads of a device.
  func recordVerify(reads: Int, at index: Int) {
    Self.add(reads, to: &verifyReads.base[index])
  }

  /// A count that reached 2³² − 1 stays there rather than start again at 0.
  static func add(_ pulses: Int, to count: inout UInt32) {
    count = UInt32(min(UInt64(count) + UInt64(pulses), UInt64(UInt32.max)))
  }

  /// Pulses of one kind per device of a plane, row-major `[rows × columns]`.
  public func pulses(_ kind: PulseKind, plane: Int) -> [UInt32] {
    let isSwapped = isMirrored && plane == 1
    let offset = isMirrored ? 0 : plane * layout.storageCount
    switch kind {
    case .set: return layout.rowMajor((isSwapped ? resetPulses.base : setPulses.base) + offset)
    case .reset: return layout.rowMajor((isSwapped ? setPulses.base : resetPulses.base) + offset)
    case .refresh: return rare(refreshPulses.base, refreshPulses.count, offset)
    case .verify: return rare(verifyReads.base, verifyReads.count, offset)
    }
  }

  private func rare(_ base: UnsafeMutablePointer<UInt32>, _ count: Int, _ offset: Int) -> [UInt32] {
    count == 0 ? [UInt32](repeating: 0, count: layout.rows * layout.columns) : layout.rowMajor(base + offset)
  }

  /// Σ|ΔG| per device of a plane in siemens, row-major `[rows × columns]`.
  public func travel(plane: Int) -> [Double] {
    let values = layout.rowMajor(travel.base + (isMirrored ? 0 : plane * layout.storageCount))
    return isMirrored ? values.map { $0 * travelUnit } : values
  }

  /// Pulses of one kind over all devices of all planes.
  public func total(_ kind: PulseKind) -> UInt64 {
    func sum(_ buffer: borrowing AlignedBuffer<UInt32>) -> UInt64 {
      buffer.elements.reduce(0) { $0 + UInt64($1) }
    }
    switch kind {
    case .set: return sum(setPulses) + (isMirrored ? sum(resetPulses) : 0)
    case .reset: return sum(resetPulses) + (isMirrored ? sum(setPulses) : 0)
    case .refresh: return sum(refreshPulses)
    case .verify: return sum(verifyReads)
    }
  }
}
