import Crossbars

/// What a checkpoint file holds, for a look without running anything.
public struct CheckpointSummary: Sendable, Equatable {
  /// One layer.
  public struct Layer: Sendable, Equatable {
    /// Name of the layer.
    public let name: String
    /// Inputs.
    public let rows: Int
    /// Neurons or outputs.
    public let columns: Int
    /// Whether it has ideal pairs, without conductances of their own.
    public let isIdeal: Bool
    /// SET pulses of learning over all devices.
    public let setPulses: UInt64
    /// RESET pulses of learning over all devices.
    public let resetPulses: UInt64
    /// Pulses of refreshes over all devices.
    public let refreshPulses: UInt64
    /// Verify reads over all devices.
    public let verifyReads: UInt64
    /// Devices that no longer answer to pulses, for whatever reason.
    public let stuckDevices: Int
    /// Those of them that wore out.
    public let wornDevices: Int
    /// Smallest and largest state of a device in `stateUnit`; nil for ideal pairs.
    public let conductanceRange: ClosedRange<Float>?
    /// Unit of the states: S for conductances, F for capacitances.
    public let stateUnit: String
  }

  /// One dataset of the file.
  public struct Dataset: Sendable, Equatable {
    /// Path in the file.
    public let path: String
    /// Type of the values: `Float`, `UInt64`, `text`.
    public let type: String
    /// Extent of each axis; empty for a single value.
    public let shape: [Int]
    /// Unit of the values, `"1"` where they have none.
    public let units: String
    /// What the values mean.
    public let description: String
  }

  /// Version of the layout of the file.
  public let schemaVersion: UInt64
  /// File of the full checkpoint that it builds on; `nil` of a full one.
  public let baseName: String?
  /// Version of Crosspoint that wrote it.
  public let writtenBy: String
  /// Seed of the run.
  public let seed: UInt64
  /// Digest of the recordings the run reads.
  public let streamFingerprint: String
  /// Where the run stands.
  public let position: RunPosition
  /// Ticks read since the start of the run.
  public let readTicks: UInt64
  /// Bytes of the file.
  public let fileBytes: Int
  /// Layers from the input to the readout.
  public let layers: [Layer]
  /// Everything in the file, in ascending order of paths.
  public let datasets: [Dataset]

  /// Reads and verifies the whole file at `path`.
  /// - Throws: ``CheckpointError``, as ``CheckpointReader/read(_:)``.
  public init(ofFile path: String) throws(CheckpointError) {
    let (checkpoint, version, datasets, base) = try CheckpointReader.readWithContents(path)
    schemaVersion = version
    baseName = base.flatMap { $0.split(separator: "/").last }.map(String.init)
    writtenBy = checkpoint.writtenBy
    seed = checkpoint.seed
    streamFingerprint = checkpoint.streamFingerprint
    position = checkpoint.position
    readTicks = checkpoint.network.readTicks
    fileBytes = FileSystem.byteCount(of: path) ?? 0
    layers = checkpoint.network.layers.map(Layer.init)
    self.datasets = datasets.map {
      Dataset(path: $0.path, type: "\($0.type)", shape: $0.shape, units: $0.units, description: $0.description)
    }
  }
}

extension CheckpointSummary.Layer {
  init(_ layer: LayerSnapshot) {
    let array = layer.array
    let set = Self.total(array.setPulses)
    let reset = Self.total(array.resetPulses)
    name = layer.name
    rows = layer.rows
    columns = layer.columns
    isIdeal = array.isIdeal
    // The minus device of an ideal pair gets a RESET for every SET of the plus device, and the reverse.
    setPulses = array.isIdeal ? set + reset : set
    resetPulses = array.isIdeal ? set + reset : reset
    refreshPulses = Self.total(array.refreshPulses)
    verifyReads = Self.total(array.verifyReads)
    stateUnit = layer.stateUnit
    stuckDevices = Self.count(array.conditions) { $0 != .sound }
    wornDevices = Self.count(array.conditions) { [.wornOff, .wornOn, .wornInPlace].contains($0) }
    let extremes = array.conductances.compactMap { plane in plane.min().flatMap { low in plane.max().map { low...$0 } }
    }
    conductanceRange =
      extremes.isEmpty
      ? nil
      : extremes.dropFirst().reduce(extremes[0]) {
        min($0.lowerBound, $1.lowerBound)...max($0.upperBound, $1.upperBound)
      }
  }

  private static func total(_ planes: [[UInt32]]) -> UInt64 {
    planes.joined().reduce(0) { $0 + UInt64($1) }
  }

  private static func count(_ planes: [[UInt8]], where isCounted: (DeviceCondition) -> Bool) -> Int {
    planes.joined().count { DeviceCondition(rawValue: $0).map(isCounted) ?? false }
  }
}
