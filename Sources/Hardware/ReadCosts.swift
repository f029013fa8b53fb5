import Crossbars
import Devices

/// Energy and time of reads and of the neurons they feed, from what was counted while they happened.
///
/// | part | component | energy of one | counted |
/// | --- | --- | --- | --- |
/// | read | cells | V²·t·ΣG over the row of a tile; ½·V²·ΣC for capacitances | rows driven in tiles, by (V/Vread)² |
/// | | word lines | V²·C_line | rows driven in tiles, by (V/Vread)² |
/// | conversion | row drivers | 50 fJ for each bit | rows driven to an amplitude |
/// | | conversions | one conversion (`HardwareParameters`) | columns of tiles read |
/// | | multiplexers | one switch (`HardwareParameters`) | columns of tiles read |
/// | digital | accumulations | 0.06 pJ: a 16-bit addition of a code to the sum of a column | conversions |
/// | | neuron updates | 1.3 pJ: leak, addition, comparison | neurons and ticks |
/// | | potential accesses | 22 bits of SRAM at 4 pJ per 64 bits | twice per neuron update |
/// | | spike words | 4 pJ per 64 bits of SRAM | 64 input rows and ticks |
///
/// ΣG is the mean over the rows of the tile as it is when the costs are asked for, not that of the rows that were driven at
/// the time. This is exact where the pairs keep their sum, as those of continuous devices do; otherwise it is off by as much
/// as the rows that spike differ from the mean row, and by what learning has changed since. The resistance that the fit of a
/// converter asks for is that of a bit line with the mean number of driven rows and the mean device of the tile.
///
/// A tile read takes t + (b + 1) ns for each column that shares a converter. Tiles of an array are read side by side, so it
/// takes as long as its busiest tile, and arrays take turns. Reads without tiles, exact ones, have energy but no time.
/// Digital figures are for 65 nm and 1 V, whatever the node, and take no time of their own. Not counted: the learning
/// rule, drivers of spikes and decoders, the network between tiles, leakage, and a converter that waits.
/// - Reference: word lines as in P.-Y. Chen, X. Peng, S. Yu, IEEE TCAD 37, 3067 (2018),
///   doi:10.1109/TCAD.2018.2789723. 1.3 pJ is the order of the neuron of A. Moitra et al., SpikeSim, IEEE TCAD 42,
///   3815 (2023), arXiv:2210.12899; addition and SRAM (1 to 8 pJ per 64 bits) are assumptions. Row drivers: about 50 fF·V² for each bit at 1 V, as in
///   cost models of analog in-memory computing, P. Houshmand et al., arXiv:2305.18335.
public struct ReadCosts: Sendable, Equatable {
  /// What a component belongs to.
  public enum Part: String, Sendable, CaseIterable {
    /// Driving rows through devices.
    case read
    /// Turning currents into codes.
    case conversion
    /// Adding codes and updating neurons.
    case digital
  }

  /// What reads of a tile, or of a block that is read exactly, amounted to.
  public struct Tile: Sendable, Equatable {
    /// Rows, of which each has the same share of `state`.
    public var rows: Int
    /// Columns, each a pair of bit lines.
    public var columns: Int
    /// What was counted.
    public var activity: ReadActivity
    /// Σ G (Σ C) of all devices, siemens (farads).
    public var state: Double

    /// Sets all.
    public init(rows: Int, columns: Int, activity: ReadActivity, state: Double) {
      self.rows = rows
      self.columns = columns
      self.activity = activity
      self.state = state
    }
  }

  /// Neurons that the columns of an array feed, and how often they were updated.
  public struct Neurons: Sendable, Equatable {
    /// Rows of the array: spikes that may come in with a tick.
    public var inputs: Int
    /// Columns of the array: neurons or integrators.
    public var count: Int
    /// Ticks.
    public var ticks: UInt64

    /// Sets all.
    public init(inputs: Int, count: Int, ticks: UInt64) {
      self.inputs = inputs
      self.count = count
      self.ticks = ticks
    }
  }

  /// Name of the component of reading and writing membrane potentials.
  static let membraneAccesses = "potential accesses"

  /// All kinds, also those that did not happen, with what they belong to.
  public private(set) var parts: [(part: Part, component: CostComponent)]
  /// Times of all tiles together in seconds.
  public private(set) var tileTime: Double

  /// All kinds.
  public var components: [CostComponent] { parts.map(\.component) }
  /// Energy of all components in joules.
  public var energy: Double { components.reduce(0) { $0 + $1.energy } }
  /// Energy of the components of a part in joules.
  public func energy(of part: Part) -> Double {
    parts.reduce(0) { $0 + ($1.part == part ? $1.component.energy : 0) }
  }

  /// Time in seconds of the busiest tile, summed over arrays.
  public var time: Double { components.reduce(0) { $0 + $1.time } }

  /// No reads.
  public static let none = ReadCosts(parts: [], tileTime: 0)

  private init(parts: [(part: Part, component: CostComponent)], tileTime: Double) {
    self.parts = parts
    self.tileTime = tileTime
  }

  /// The reads of an array.
  ///
  /// - Parameters:
  ///   - tiles: what was counted in each tile.
  ///   - device: the memory device.
  ///   - converterBits: resolution of the converters, `nil` without.
  ///   - driverBits: resolution of the drivers of rows with amplitudes, `nil` for drivers that cost nothing.
  ///   - neurons: what the columns feed.
  ///   - hardware: the circuits around the crossbars.
  public init(
    tiles: [Tile], device: DeviceParameters, converterBits: Int?, driverBits: Int? = nil, neurons: Neurons,
    hardware: HardwareParameters
  ) {
    let prices = ReadPrices(device: device, bits: converterBits, driverBits: driverBits, hardware: hardware)
    self.init(
      parts: prices.analog(tiles) + prices.digital(tiles, neurons),
      tileTime: tiles.reduce(0) { $0 + prices.time($1).total })
  }

  /// The costs of several arrays: energies add up, and arrays are read one after the other.
  public static func + (left: ReadCosts, right: ReadCosts) -> ReadCosts {
    guard !left.parts.isEmpty else { return right }
    guard !right.parts.isEmpty else { return left }
    return ReadCosts(
      parts: zip(left.parts, right.parts).map { ours, theirs in
        var sum = ours.component
        sum.count += theirs.component.count
        sum.energy += theirs.component.energy
        sum.time += theirs.component.time
        return (ours.part, sum)
      }, tileTime: left.tileTime + right.tileTime)
  }

  /// Whether all figures are the same.
  public static func == (left: ReadCosts, right: ReadCosts) -> Bool {
    left.components == right.components && left.parts.map(\.part) == right.parts.map(\.part)
      && left.tileTime == right.tileTime
  }
}

extension CrossbarArray {
  /// What the reads of the array cost so far, or since a reading.
  ///
  /// - Parameters:
  ///   - neurons: what the columns feed, and for how many ticks these were updated.
  ///   - start: where the array stood when the costs began; `nil` for the start of the run.
  ///   - hardware: the circuits around the crossbars.
  /// - Complexity: O(devices): the states of all devices, as they are now, are summed.
  public func readCosts(
    neurons: ReadCosts.Neurons, since start: WearReading? = nil, on hardware: HardwareParameters
  ) -> ReadCosts {
    ReadCosts(
      tiles: readTiles(since: start), device: parameters.device, converterBits: parameters.converter?.bits,
      driverBits: parameters.rowDriver?.bits, neurons: neurons, hardware: hardware)
  }

  func readTiles(since start: WearReading?) -> [ReadCosts.Tile] {
    let states = tileConductances
    let blocks = layout.blockCount
    let (blockReads, tiles) = start.map(readActivity(since:)) ?? (blockReadActivity, tileReadActivity)
    guard !tiles.isEmpty else {
      return blockReads.enumerated().map { block, activity in
        let sum = stride(from: block, to: states.count, by: blocks).reduce(0) { $0 + states[$1] }
        return .init(
          rows: layout.rows, columns: layout.columns(inBlock: block).count, activity: activity, state: sum)
      }
    }
    return tiles.indices.map { tile in
      let first = tile / blocks * layout.tileRows
      return .init(
        rows: min(layout.tileRows, layout.rows - first), columns: layout.columns(inBlock: tile % blocks).count,
        activity: tiles[tile], state: states[tile])
    }
  }
}
