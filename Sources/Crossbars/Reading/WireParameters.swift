/// The wires of the tiles of an array, and how reads take them into account. Every plane of devices is a crossbar of its
/// own; a tile at the edge of the matrix is as large as what it holds.
///
/// | symbol | name | unit | default | range |
/// | --- | --- | --- | --- | --- |
/// | r_w, r_b, R_d, R_s | `lines` | Ω | | ≥ 0 |
/// | | `model` | | | |
/// | | `staleness` | fraction | 0 | ≥ 0 |
public struct WireParameters: Sendable, Equatable {
  /// How the wires are worked out.
  public enum Model: Sendable, Equatable {
    /// All rows are driven at every read, idle ones at 0 V: the nodal equations solved for a matrix of effective
    /// conductances, anew whenever a tile was written and is read again.
    case exact
    /// The same crossbar, each line in the field of the other lines held at their ends: cheap, for large sweeps.
    case approximate
    /// Access transistors on the word lines: unselected cells are open and word lines carry no current, so that every
    /// column is a ladder of its active cells, solved exactly in each read. Word lines and drivers do not matter.
    case gated
  }

  /// How the wires are worked out.
  public var model: Model
  /// Resistances of wires, drivers and sense amplifiers.
  public var lines: LineResistances
  /// Change of the states of a tile since it was last solved, as a fraction of their sum, up to which reads take the
  /// attenuations of that solution; 0 solves anew after every write. Not for `gated`, which keeps nothing.
  public var staleness: Double

  /// Sets all choices.
  public init(model: Model, lines: LineResistances, staleness: Double = 0) {
    self.model = model
    self.lines = lines
    self.staleness = staleness
  }
}
