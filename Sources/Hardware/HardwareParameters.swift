/// The circuits around the crossbars, as far as energy and time go.
///
/// | symbol | name | unit | default | range |
/// | --- | --- | --- | --- | --- |
/// | | `node`: process of the converters | | 65 nm | 65, 45, 32, 22 nm |
/// | | `converterModel`: whose figures a conversion costs | | NeuroSim | |
/// | | `columnsPerConverter`: columns that share a converter, one after the other | columns | 8 | ≥ 1 |
/// | T | `temperature` of the converters | K | 300 | 200…450 |
///
/// Read voltage and read width belong to the device. Converters of SpikeSim cost what its 65 nm converter does, whatever
/// resolution, node and temperature; they are about five times as expensive as the fit of NeuroSim at 6 bit. Both take
/// the time of a successive approximation, (b + 1) ns.
/// - Reference: X. Peng et al., IEEE TCAD 40, 2306 (2021); A. Moitra et al., SpikeSim, IEEE TCAD 42, 3815
///   (2023), arXiv:2210.12899.
public struct HardwareParameters: Sendable, Equatable {
  /// Whose figures a conversion costs.
  public enum ConverterModel: Sendable, Equatable {
    /// Fit to SPICE of a successive-approximation converter, by resolution, node, temperature and column current.
    case neuroSim
    /// 2.03 pJ, and 0.094 pJ for the multiplexer ahead of it.
    case spikeSim
  }

  /// Process of the converters.
  public var node: SuccessiveApproximationConverter.Node
  /// Whose figures a conversion costs.
  public var converterModel: ConverterModel
  /// Columns that share a converter.
  public var columnsPerConverter: Int
  /// Temperature of the converters in kelvin.
  public var temperature: Double

  /// Sets all.
  public init(
    node: SuccessiveApproximationConverter.Node = .nanometres65, converterModel: ConverterModel = .neuroSim,
    columnsPerConverter: Int = 8, temperature: Double = 300
  ) {
    precondition(columnsPerConverter > 0, "a converter serves a column at least")
    self.node = node
    self.converterModel = converterModel
    self.columnsPerConverter = columnsPerConverter
    self.temperature = temperature
  }

  /// Energy in joules of a conversion of `bits` bits with a column of `resistance` ohm read at `readVoltage` volt.
  public func conversionEnergy(bits: Int, resistance: Double, readVoltage: Double) -> Double {
    switch converterModel {
    case .spikeSim: 2.03084e-12
    case .neuroSim:
      SuccessiveApproximationConverter(bits: bits, node: node, temperature: temperature)
        .energy(resistance: resistance, readVoltage: readVoltage)
    }
  }

  /// Energy in joules of the multiplexer for a conversion; the fit of NeuroSim has none.
  public var multiplexerEnergy: Double { converterModel == .spikeSim ? 0.094245e-12 : 0 }

  /// Time in seconds of a conversion of `bits` bits.
  public func conversionTime(bits: Int) -> Double { SuccessiveApproximationConverter(bits: bits).time }
}
