import Kernels

/// What happened to every single device since the array was made: pulses by kind and conductance travelled.
///
/// Nothing resets it. A device of a pair lies in plane 0 (G+) or plane 1 (G−) at the block position of its synapse. For
/// an ideal pair the minus device always moves opposite to the plus device, so only plane 0 is stored.
public struct WearLedger: ~Copyable, Sendable {
  /// Kind of a counted pulse.
  public enum PulseKind: Sendable {
    /// Raises the conductance.
    case set
    /// Lowers the conductance.
    case reset
  }

  let layout: BlockedLayout
  /// Whether plane 1 is the mirror image of plane 0.
  public let isMirrored: Bool
  let setPulses: AlignedBuffer<UInt32>
  let resetPulses: AlignedBuffer<UInt32>
  /// Σ|ΔG| of the trains, in siemens (mirrored: Σ|Δw| in weight units).
  let travel: AlignedBuffer<Double>
  private let travelUnit: Double

  /// An empty ledger.
  /// - Parameter mirroredTravelUnit: for an ideal pair, siemens per device for one unit of weight; else `nil`.
  init(layout: BlockedLayout, mirroredTravelUnit: Double?) {
    self.layout = layout
    isMirrored = mirroredTravelUnit != nil
    travelUnit = mirroredTravelUnit ?? 1
    let planes = isMirrored ? 1 : 2
    setPulses = AlignedBuffer(count: planes * layout.storageCount)
    resetPulses = AlignedBuffer(count: planes * layout.storageCount)
    travel = AlignedBuffer(count: planes * layout.storageCount)
  }

  /// Counts a train of `pulses` (positive SET, negative RESET) that moved a device by `displacement` siemens.
  func record(pulses: Int, displacement: Double, at index: Int) {
    if pulses > 0 {
      setPulses[index] = Self.adding(pulses, to: setPulses[index])
    } else {
      resetPulses[index] = Self.adding(-pulses, to: resetPulses[index])
    }
    travel[index] += abs(displacement)
  }

  /// A count that reached 2³² − 1 stays there rather than start again at 0.
  private static func adding(_ pulses: Int, to count: UInt32) -> UInt32 {
    UInt32(min(UInt64(count) + UInt64(pulses), UInt64(UInt32.max)))
  }

  /// Pulses of all kinds a device has received.
  func pulses(at index: Int) -> UInt64 {
    UInt64(setPulses[index]) + UInt64(resetPulses[index])
  }

  /// Pulses of one kind per device of a plane, row-major `[rows × columns]`.
  public func pulses(_ kind: PulseKind, plane: Int) -> [UInt32] {
    let buffer = (kind == .set) != (isMirrored && plane == 1) ? setPulses.base : resetPulses.base
    return layout.rowMajor(buffer + (isMirrored ? 0 : plane * layout.storageCount))
  }

  /// Σ|ΔG| per device of a plane in siemens, row-major `[rows × columns]`.
  public func travel(plane: Int) -> [Double] {
    let values = layout.rowMajor(travel.base + (isMirrored ? 0 : plane * layout.storageCount))
    return isMirrored ? values.map { $0 * travelUnit } : values
  }

  /// Pulses of one kind over all devices of both planes.
  public func total(_ kind: PulseKind) -> UInt64 {
    var sum: UInt64 = 0
    for count in setPulses.elements where kind == .set || isMirrored { sum += UInt64(count) }
    for count in resetPulses.elements where kind == .reset || isMirrored { sum += UInt64(count) }
    return sum
  }
}
