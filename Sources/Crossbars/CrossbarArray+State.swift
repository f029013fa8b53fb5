import Kernels

extension CrossbarArray {
  /// What evolves: all that a checkpoint holds of an array. Matrices are row-major `[rows × columns]`, one for each plane
  /// of devices, plus devices first. A part is empty where the array has no such state.
  public struct State: Sendable, Equatable {
    /// Weights of a continuous array.
    public var weights: [Float] = []
    /// Conductances in siemens (capacitances in farads) right after the last write.
    public var conductances: [[Float]] = []
    /// Raw `DeviceCondition`.
    public var conditions: [[UInt8]] = []
    /// Wear in full-cycle equivalents.
    public var wear: [[Double]] = []
    /// SET pulses since the last RESET, for devices whose response depends on it.
    public var setsSinceReset: [[UInt16]] = []
    /// Tick of the last write, for devices that change by themselves; the largest number for those that no longer do.
    public var writeTicks: [[UInt64]] = []
    /// What was drawn for the retention at the last write.
    public var retentionCoefficients: [[Float]] = []
    /// Whether the trap of a device is occupied (1).
    public var trapOccupancy: [[UInt8]] = []
    /// SET pulses (an ideal pair stores the plus device only).
    public var setPulses: [[UInt32]] = []
    /// RESET pulses.
    public var resetPulses: [[UInt32]] = []
    /// Pulses of refreshes.
    public var refreshPulses: [[UInt32]] = []
    /// Verify reads.
    public var verifyReads: [[UInt32]] = []
    /// Σ|ΔG| in siemens (ideal pair: Σ|Δw|).
    public var travel: [[Double]] = []
    /// Read counts of each block.
    public var activity: [ReadActivity] = []
    /// Read counts of each tile `[tile rows × blocks]`, which those of the blocks are the sums of; empty for exact reads.
    public var tileActivity: [ReadActivity] = []
    /// What writes came to, of each tile `[tile rows × blocks]`.
    public var writes: [WriteActivity] = []
    /// Attempts and residuals of verified writes, `[blocks × 2 × VerifyHistogram.binCount]`.
    public var verifyHistograms: [UInt64] = []
    /// Negative weights (1) of a mapping that keeps signs apart from the digits, one plane.
    public var signBits: [[UInt8]] = []
    /// Columns of tiles that store the complement (1), `[tile rows × columns]`; empty without complements.
    public var complementColumns: [UInt8] = []
    /// Weight that a weight of 1 on each tile stands for, `[tile rows × blocks]`; empty where that is 1.
    public var tileScales: [Float] = []
    /// States at the last solution of the wires by plane, for solutions that may be stale; no number where there was none.
    public var solvedStates: [[Float]] = []
    /// Ticks of the last fold, the next fold and the last write of each block, `[3 × blocks]`.
    public var ageingClocks: [UInt64] = []
    /// Phase pulses of each row, `[planes × blocks × rows]`, for arrays without selectors.
    public var rowPhases: [UInt64] = []
    /// Disturbing pulses of rows not yet applied, `[2 × planes × blocks × rows]`.
    public var pendingRowDisturb: [UInt32] = []
    /// Line of each row of each block and whether its pairs are crossed, `line << 1 | isCrossed`, `[blocks × rows]`; this and
    /// the next four only where lines move.
    public var lineMap: [UInt32] = []
    /// Pulses of the line of each row at the last move, `[blocks × rows]`.
    public var lineCounts: [UInt64] = []
    /// Moves, and lines retired.
    public var levellingCounts: [UInt64] = []
    /// Spare lines, as `lineMap`, `[blocks × tile rows × spares]`.
    public var spareMap: [UInt32] = []
    /// Devices of the spare lines, see `LineDevices.numbersOfDevice`.
    public var spareLines: [Double] = []
    /// Disturbing pulses of columns not yet applied, `[2 × planes × tile rows × padded columns]`.
    public var pendingColumnDisturb: [UInt32] = []

    /// An empty state.
    public init() {}
  }

  /// The state, copied out or put back. Setting it recomputes what reads need.
  /// - Precondition: a state that is set has the shape of this array; check a file's shapes before.
  public var state: State {
    get {
      var state = State()
      state.setPulses = planes(ledger.setPulses, ledgerPlanes)
      state.resetPulses = planes(ledger.resetPulses, ledgerPlanes)
      state.refreshPulses = planes(ledger.refreshPulses, planeCount)
      state.verifyReads = planes(ledger.verifyReads, planeCount)
      state.travel = planes(ledger.travel, ledgerPlanes)
      state.activity = blockReadActivity
      state.tileActivity = Array(tileActivity.elements)
      if let transfers = paths.transfers { state.solvedStates = planes(transfers.solved, planeCount) }
      guard let devices else {
        state.weights = effectiveWeights
        return state
      }
      state.conductances = planes(devices.states, planeCount)
      state.conditions = planes(devices.conditions, planeCount)
      state.wear = planes(devices.wear, planeCount)
      state.setsSinceReset = planes(devices.setsSinceReset, planeCount)
      state.writeTicks = planes(devices.writeTicks, planeCount)
      state.retentionCoefficients = planes(devices.coefficients, planeCount)
      state.writes = Array(writes.elements)
      state.verifyHistograms = Array(verifyCounts.elements)
      state.rowPhases = Array(halfSelects.rowPhases.elements)
      state.pendingRowDisturb = Array(halfSelects.pendingRows.elements)
      state.pendingColumnDisturb = Array(halfSelects.pendingColumns.elements)
      state.signBits = planes(mappingState.signs, 1)
      state.complementColumns = mappingState.complementColumns
      saveLines(into: &state)
      if parameters.mapping.rangeScaling != .none { state.tileScales = Array(mappingState.scales.elements) }
      guard let ageing else { return state }
      state.trapOccupancy = planes(ageing.occupied, planeCount)
      state.ageingClocks =
        Array(ageing.foldTicks.elements) + Array(ageing.nextFold.elements) + Array(ageing.lastWrite.elements)
      return state
    }
    set {
      scatter(newValue.setPulses, into: ledger.setPulses)
      scatter(newValue.resetPulses, into: ledger.resetPulses)
      scatter(newValue.refreshPulses, into: ledger.refreshPulses)
      scatter(newValue.verifyReads, into: ledger.verifyReads)
      scatter(newValue.travel, into: ledger.travel)
      if activity.count > 0 { activity.copy(from: newValue.activity) }
      // Arrays that are read exactly have no counts of tiles: between them and others these begin anew.
      let anew = [ReadActivity](repeating: ReadActivity(), count: tileActivity.count)
      tileActivity.copy(from: newValue.tileActivity.count == anew.count ? newValue.tileActivity : anew)
      if let transfers = paths.transfers {
        scatter(newValue.solvedStates, into: transfers.solved)
        transfers.restart()
      }
      guard let devices else {
        layout.scatter(newValue.weights, into: weights.base)
        return refreshScratch()
      }
      restoreLines(newValue)
      scatter(newValue.conductances, into: devices.states)
      scatter(newValue.conditions, into: devices.conditions)
      scatter(newValue.wear, into: devices.wear)
      scatter(newValue.setsSinceReset, into: devices.setsSinceReset)
      scatter(newValue.writeTicks, into: devices.writeTicks)
      scatter(newValue.retentionCoefficients, into: devices.coefficients)
      writes.copy(from: newValue.writes)
      verifyCounts.copy(from: newValue.verifyHistograms)
      halfSelects.rowPhases.copy(from: newValue.rowPhases)
      halfSelects.pendingRows.copy(from: newValue.pendingRowDisturb)
      halfSelects.pendingColumns.copy(from: newValue.pendingColumnDisturb)
      scatter(newValue.signBits, into: mappingState.signs)
      mappingState.setComplementColumns(newValue.complementColumns)
      if !newValue.tileScales.isEmpty { mappingState.scales.copy(from: newValue.tileScales) }
      if let ageing {
        scatter(newValue.trapOccupancy, into: ageing.occupied)
        let blocks = layout.blockCount
        let clocks = newValue.ageingClocks
        ageing.foldTicks.copy(from: Array(clocks[..<blocks]))
        ageing.nextFold.copy(from: Array(clocks[blocks..<2 * blocks]))
        ageing.lastWrite.copy(from: Array(clocks[(2 * blocks)...]))
      }
      refreshPresent()
    }
  }

  /// Number of planes the ledger stores.
  public var ledgerPlanes: Int { ledger.isMirrored ? 1 : planeCount }
  /// Whether wear is tracked against a limited life.
  public var tracksWear: Bool { (devices?.wear.count ?? 0) > 0 }
  /// Wear of the devices of a plane as a fraction of each device's own life, row-major `[rows × columns]`.
  public func wearFractions(plane: Int) -> [Float] {
    devices?.wearFractions(plane: plane) ?? [Float](repeating: 0, count: layout.rows * layout.columns)
  }

  private func planes<Element>(_ buffer: borrowing AlignedBuffer<Element>, _ count: Int) -> [[Element]] {
    guard buffer.count > 0 else { return [] }
    let base = buffer.base
    return (0..<count).map { layout.rowMajor(base + $0 * layout.storageCount) }
  }

  private func scatter<Element>(_ planes: [[Element]], into buffer: borrowing AlignedBuffer<Element>) {
    for (plane, values) in planes.enumerated() {
      layout.scatter(values, into: buffer.base + plane * layout.storageCount)
    }
  }
}
