/// What a device stores: the quantity that is read, in whose unit `off` and `on` are given.
public enum StateQuantity: String, Sendable, Equatable, CaseIterable {
  /// A conductance, read with a current.
  case conductance
  /// A small-signal capacitance, read with a charge.
  case capacitance

  /// SI unit of the state.
  public var unit: String {
    switch self {
    case .conductance: "S"
    case .capacitance: "F"
    }
  }
}

/// Everything a user sets about one memory device technology; immutable in a run.
///
/// A *level* is the state on the range of the device itself: g = (G − Gmin) / (Gmax − Gmin), 0 when fully RESET and 1
/// when fully SET. All laws of change are laws of the level.
public struct DeviceParameters: Sendable, Equatable {
  /// What is stored.
  public var quantity: StateQuantity
  /// State of the fully RESET device, Gmin in siemens or Coff in farads.
  public var off: Double
  /// State of the fully SET device, Gmax in siemens or Con in farads.
  public var on: Double
  /// Whether any state in the range can be written exactly, without pulses: the ideal device.
  public var isContinuous: Bool
  /// How the state answers to pulses.
  public var response: PulseResponse
  /// Noise of a pulse from cycle to cycle.
  public var cycleNoise: CycleNoise
  /// Spread from device to device.
  public var variation: DeviceVariation
  /// Noise of a read.
  public var readNoise: ReadNoise
  /// Random telegraph noise; `nil`: none.
  public var telegraphNoise: TelegraphNoise?
  /// What becomes of a state with time.
  public var retention: Retention
  /// Devices that are stuck since fabrication.
  public var faults: FabricationFaults
  /// Probability that a train of pulses does nothing, 0…1.
  public var writeFailure: Double
  /// Life and wear.
  public var endurance: Endurance
  /// Amplitudes, widths and energies of the pulses.
  public var pulse: PulseConditions

  /// Sets all numbers; what is left out is switched off.
  public init(
    quantity: StateQuantity = .conductance, off: Double, on: Double, isContinuous: Bool = false,
    response: PulseResponse, cycleNoise: CycleNoise = CycleNoise(), variation: DeviceVariation = DeviceVariation(),
    readNoise: ReadNoise = .none, telegraphNoise: TelegraphNoise? = nil, retention: Retention = .none,
    faults: FabricationFaults = FabricationFaults(stuckOff: 0, stuckOn: 0), writeFailure: Double = 0,
    endurance: Endurance = .unlimited, pulse: PulseConditions = PulseConditions()
  ) {
    self.quantity = quantity
    self.off = off
    self.on = on
    self.isContinuous = isContinuous
    self.response = response
    self.cycleNoise = cycleNoise
    self.variation = variation
    self.readNoise = readNoise
    self.telegraphNoise = telegraphNoise
    self.retention = retention
    self.faults = faults
    self.writeFailure = writeFailure
    self.endurance = endurance
    self.pulse = pulse
  }

  /// Mean change of one SET and of one RESET pulse of the typical device at mid-range: fractions of the range, ≥ 0.
  ///
  /// Phase-change devices are counted with the steady SET step, without the larger first pulses after a RESET, and with
  /// the whole way down for a RESET. A binary device moves by its whole range.
  public var typicalSteps: (potentiation: Double, depression: Double) {
    let steps = response.steps(at: 0.5, off: off, on: on)
    return (max(steps.potentiation, 0), max(steps.depression, 0))
  }
}
