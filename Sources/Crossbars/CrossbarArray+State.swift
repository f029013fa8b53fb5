import Kernels

extension CrossbarArray {
  /// What evolves: all that a checkpoint holds of an array. Matrices are row-major `[rows × columns]`, plane 0 then 1.
  public struct State: Sendable, Equatable {
    /// Weights of a continuous array, else empty.
    public var weights: [Float]
    /// Conductances in siemens, one matrix per plane; empty for a continuous array.
    public var conductances: [[Float]]
    /// Raw `DeviceCondition`, one matrix per plane; empty for a continuous array.
    public var conditions: [[UInt8]]
    /// Wear in full-cycle equivalents, one matrix per plane; empty where devices do not wear.
    public var wear: [[Double]]
    /// SET pulses, one matrix per stored plane (an ideal pair stores the plus device only).
    public var setPulses: [[UInt32]]
    /// RESET pulses, one matrix per stored plane.
    public var resetPulses: [[UInt32]]
    /// Σ|ΔG| in siemens (ideal pair: Σ|Δw|), one matrix per stored plane.
    public var travel: [[Double]]
    /// Read counts of each block.
    public var activity: [ReadActivity]

    /// A state from its parts.
    public init(
      weights: [Float], conductances: [[Float]], conditions: [[UInt8]], wear: [[Double]], setPulses: [[UInt32]],
      resetPulses: [[UInt32]], travel: [[Double]], activity: [ReadActivity]
    ) {
      self.weights = weights
      self.conductances = conductances
      self.conditions = conditions
      self.wear = wear
      self.setPulses = setPulses
      self.resetPulses = resetPulses
      self.travel = travel
      self.activity = activity
    }
  }

  /// The state, copied out or put back. Setting it recomputes what reads need.
  /// - Precondition: a state that is set has the shape of this array; check a file's shapes before.
  public var state: State {
    get {
      State(
        weights: devices == nil ? effectiveWeights : [],
        conductances: devices.map { planes($0.conductances.base) } ?? [],
        conditions: devices.map { planes($0.conditions.base) } ?? [],
        wear: devices.map { $0.wear.count > 0 ? planes($0.wear.base) : [] } ?? [],
        setPulses: planes(ledger.setPulses.base, count: ledgerPlanes),
        resetPulses: planes(ledger.resetPulses.base, count: ledgerPlanes),
        travel: planes(ledger.travel.base, count: ledgerPlanes), activity: Array(activity.elements))
    }
    set {
      scatter(newValue.setPulses, into: ledger.setPulses.base)
      scatter(newValue.resetPulses, into: ledger.resetPulses.base)
      scatter(newValue.travel, into: ledger.travel.base)
      activity.copy(from: newValue.activity)
      guard let devices else {
        layout.scatter(newValue.weights, into: weights.base)
        return refreshScratch()
      }
      scatter(newValue.conductances, into: devices.conductances.base)
      scatter(newValue.conditions, into: devices.conditions.base)
      if devices.wear.count > 0 { scatter(newValue.wear, into: devices.wear.base) }
      refreshScratch()
    }
  }

  /// Number of planes the ledger stores.
  public var ledgerPlanes: Int { ledger.isMirrored ? 1 : 2 }
  /// Whether wear is tracked against a limited life.
  public var tracksWear: Bool { (devices?.wear.count ?? 0) > 0 }
  /// Wear of the devices of a plane as a fraction of each device's own life, row-major `[rows × columns]`.
  public func wearFractions(plane: Int) -> [Float] {
    devices?.wearFractions(plane: plane) ?? [Float](repeating: 0, count: layout.rows * layout.columns)
  }

  private func planes<Element>(_ base: UnsafeMutablePointer<Element>, count: Int = 2) -> [[Element]] {
    (0..<count).map { layout.rowMajor(base + $0 * layout.storageCount) }
  }

  private func scatter<Element>(_ planes: [[Element]], into base: UnsafeMutablePointer<Element>) {
    for (plane, values) in planes.enumerated() { layout.scatter(values, into: base + plane * layout.storageCount) }
  }
}
