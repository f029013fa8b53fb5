import Crossbars
import Devices
import Glibc

/// Energy and time of writes, from what was counted while they happened.
///
/// | component | energy | time |
/// | --- | --- | --- |
/// | SET pulses, RESET pulses | V²·t_w·Σ n·(G before + G after)/2, V²·ΣC for capacitances, or a fixed energy per pulse | longest trains of the row writes · t_w |
/// | lines | V²·C_line per pulse | |
/// | unselected lines | V_u²·C_line per bit line and phase of a row write | |
/// | half-selected devices | V_h·I(V_h)·t_w per pulse at V_h | |
/// | verify reads | V_r²·(t_r·G + C_line) per read, ½·V_r²·C for capacitances | longest sequences of reads · t_r |
/// | verify conversions | a conversion each, and its multiplexer (`HardwareParameters`) | with the reads |
///
/// V_h and V_u are V/2 or V/3 where the devices have no selectors; I(V/2) = I(V)/q and, by the same power of the voltage,
/// I(V/3) = I(V)/3^(log₂ q), which is exact for ohmic devices (q = 2). Devices of fixed energy take the same share of it,
/// capacitances (V_h/V)². With selectors V_u = V: a line without pulses is held at the voltage of the row. In each phase all
/// lines of the tile are brought to V_u once, at most a train too many for each line that is pulsed in it.
///
/// Refreshes are pulses like others, and every pulse has the nominal amplitude but for the ohmic energy of ramps. Half-selects
/// belong to the polarities as phase pulses do. Everything enters once, so the components add up to the total. A tile
/// writes row by row, first SET, then RESET, all columns of a row together; tiles write side by side, so an array takes as
/// long as its busiest tile. Drivers, decoders and the comparators of verify reads without converter are not counted.
/// - Reference: P.-Y. Chen, X. Peng, S. Yu, IEEE TCAD 37, 3067 (2018), doi:10.1109/TCAD.2018.2789723 (row-by-row write,
///   ohmic pulse energy, lines of the phase without pulses, half-selected cells).
public struct WriteCosts: Sendable, Equatable {
  /// What one kind of event cost.
  public typealias Component = CostComponent

  /// All kinds, also those that did not happen.
  public private(set) var components: [Component]

  /// Energy of all components in joules.
  public var energy: Double { components.reduce(0) { $0 + $1.energy } }
  /// Time of the busiest tile in seconds.
  public var time: Double { components.reduce(0) { $0 + $1.time } }
  /// Times of all tiles together in seconds.
  public private(set) var tileTime: Double

  /// No writes.
  public static let none = WriteCosts(components: [], tileTime: 0)

  private init(components: [Component], tileTime: Double) {
    self.components = components
    self.tileTime = tileTime
  }

  /// The writes of an array.
  ///
  /// - Parameters:
  ///   - tiles: what was counted in each tile.
  ///   - device: the memory device.
  ///   - writing: how the array is written.
  ///   - lines: bit lines of each tile, which a row write brings to the voltage of unselected lines; without them these are
  ///     not counted.
  ///   - hardware: the circuits around the crossbars, whose converters also serve verify reads.
  public init(
    tiles: [WriteActivity], device: DeviceParameters, writing: WriteParameters, lines: [Int] = [],
    hardware: HardwareParameters = HardwareParameters()
  ) {
    precondition(lines.isEmpty || lines.count == tiles.count, "lines of each tile")
    var total = WriteActivity()
    for tile in tiles { total.add(tile) }
    var bits = 0
    if case .writeVerify(let verify) = writing.scheme { bits = verify.verifyBits }
    let prices = Prices(
      device: device, biasing: writing.biasing, verifyBits: bits > 0 ? bits : nil, hardware: hardware)
    // The busiest tile as a whole, not of each component: its parts add up to a time that a tile really took.
    let busiest = tiles.max { prices.time($0).reduce(0, +) < prices.time($1).reduce(0, +) } ?? WriteActivity()
    tileTime = tiles.reduce(0) { $0 + prices.time($1).reduce(0, +) }
    let unselected = zip(tiles, lines).map { prices.unselected($0, lines: $1) }
    components = zip(prices.components(total, unselected: unselected), prices.time(busiest)).map { component, time in
      Component(name: component.name, count: component.count, energy: component.energy, time: time)
    }
  }

  /// The costs of several arrays: energies add up, and arrays are written one after the other.
  public static func + (left: WriteCosts, right: WriteCosts) -> WriteCosts {
    guard !left.components.isEmpty else { return right }
    guard !right.components.isEmpty else { return left }
    return WriteCosts(
      components: zip(left.components, right.components).map {
        Component(name: $0.name, count: $0.count + $1.count, energy: $0.energy + $1.energy, time: $0.time + $1.time)
      }, tileTime: left.tileTime + right.tileTime)
  }
}

extension CrossbarArray {
  /// What the writes of the array cost so far; nothing for a continuous device, which is not written by pulses.
  public func writeCosts(on hardware: HardwareParameters = HardwareParameters()) -> WriteCosts {
    guard !parameters.device.isContinuous else { return .none }
    // Each column has a bit line for either polarity; the devices of a polarity take turns on separate lines.
    let lines = (0..<layout.tileRowCount).flatMap { _ in
      (0..<layout.blockCount).map { 2 * layout.columns(inBlock: $0).count }
    }
    return WriteCosts(
      tiles: tileWriteActivity, device: parameters.device, writing: parameters.writing, lines: lines,
      hardware: hardware)
  }
}

/// What one event of each kind costs.
private struct Prices {
  let device: DeviceParameters
  let biasing: LineBiasing
  /// Resolution of the converters of verify reads, `nil` without.
  let verifyBits: Int?
  let hardware: HardwareParameters

  private var pulse: PulseConditions { device.pulse }

  /// Count and energy of lines charged without being pulsed.
  typealias LineCharges = (count: UInt64, energy: Double)

  func components(_ writes: WriteActivity, unselected: [LineCharges]) -> [WriteCosts.Component] {
    let sets = writes.setPulses + writes.refreshSetPulses
    let resets = writes.resetPulses + writes.refreshResetPulses
    func component(_ name: String, _ count: UInt64, _ energy: Double) -> WriteCosts.Component {
      WriteCosts.Component(name: name, count: count, energy: count == 0 ? 0 : energy, time: 0)
    }
    return [
      component("SET pulses", sets, pulses(.potentiation, count: Double(sets), charge: writes.setCharge)),
      component("RESET pulses", resets, pulses(.depression, count: Double(resets), charge: writes.resetCharge)),
      component(
        "lines", sets + resets,
        Double(sets) * pulse.lineEnergy(.potentiation) + Double(resets) * pulse.lineEnergy(.depression)),
      component(
        "unselected lines", unselected.reduce(0) { $0 + $1.count }, unselected.reduce(0) { $0 + $1.energy }),
      component("half-selected devices", writes.halfSelects, halfSelected(writes)),
      component("verify reads", writes.verifyReads, reads(writes)),
      component("verify conversions", writes.verifyConversions, conversions(writes)),
    ]
  }

  /// Time of each component in a tile, in the order of `components`.
  func time(_ writes: WriteActivity) -> [Double] {
    [
      Double(writes.setPhasePulses) * pulse.setWidth, Double(writes.resetPhasePulses) * pulse.resetWidth, 0, 0, 0,
      Double(writes.verifyPhases) * pulse.readWidth,
      Double(writes.verifyPhases) * (verifyBits.map(hardware.conversionTime) ?? 0),
    ]
  }

  private func pulses(_ polarity: ExponentialResponse.Polarity, count: Double, charge: Double) -> Double {
    if case .fixed(let set, let reset) = pulse.energy {
      return count * (polarity == .potentiation ? set : reset)
    }
    let (voltage, width) = pulse.pulse(polarity)
    return voltage * voltage * charge * (device.quantity == .conductance ? width : 1)
  }

  /// Lines of a tile brought to the voltage of unselected lines.
  func unselected(_ writes: WriteActivity, lines: Int) -> LineCharges {
    // A phase without a pulse is skipped.
    let sets = UInt64(lines) * min(writes.rowWrites, writes.setPhasePulses)
    let resets = UInt64(lines) * min(writes.rowWrites, writes.resetPhasePulses)
    let share = biasing == .selector ? 1 : reducedVoltage * reducedVoltage
    let energy = Double(sets) * pulse.lineEnergy(.potentiation) + Double(resets) * pulse.lineEnergy(.depression)
    return (sets + resets, share * energy)
  }

  /// Voltage of half-selected devices as a share of the amplitude.
  private var reducedVoltage: Double {
    switch biasing {
    case .selector: 0
    case .halfVoltage: 1.0 / 2
    case .thirdVoltage: 1.0 / 3
    }
  }

  /// Energy of a pulse at reduced voltage as a share of that of a whole pulse.
  private var reducedEnergy: Double {
    guard biasing != .selector else { return 0 }
    guard device.quantity == .conductance else { return reducedVoltage * reducedVoltage }
    return reducedVoltage * pow(reducedVoltage, log2(pulse.currentRatio))
  }

  private func halfSelected(_ writes: WriteActivity) -> Double {
    let phases = Double(writes.setPhasePulses + writes.resetPhasePulses)
    guard phases > 0 else { return 0 }
    let share = Double(writes.setPhasePulses) / phases
    func energy(_ polarity: ExponentialResponse.Polarity, share: Double) -> Double {
      let count = Double(writes.halfSelects)
      return share * pulses(polarity, count: count, charge: writes.halfSelectCharge) * reducedEnergy
    }
    return energy(.potentiation, share: share) + energy(.depression, share: 1 - share)
  }

  private func reads(_ writes: WriteActivity) -> Double {
    let square = pulse.readVoltage * pulse.readVoltage
    let devices = writes.verifyCharge * (device.quantity == .conductance ? pulse.readWidth : 0.5)
    return square * (devices + Double(writes.verifyReads) * pulse.lineCapacitance)
  }

  private func conversions(_ writes: WriteActivity) -> Double {
    guard let verifyBits, writes.verifyReads > 0 else { return 0 }
    let mean = device.quantity == .conductance ? writes.verifyCharge / Double(writes.verifyReads) : 0
    let resistance = mean > 0 ? 1 / mean : .infinity
    let energy = hardware.conversionEnergy(
      bits: verifyBits, resistance: resistance, readVoltage: pulse.readVoltage)
    return Double(writes.verifyConversions) * (energy + hardware.multiplexerEnergy)
  }
}
