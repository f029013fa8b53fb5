import CKernels
import Devices
import Kernels

/// The tiles of one layer: differential pairs of memory devices that carry signed weights.
///
///     w = (G+ − G−) · limit / (Gmax − Gmin)
///
/// Matrices are `[rows × columns]`: rows are inputs (word lines), columns outputs. Storage is in blocks of one tile width
/// (`BlockedLayout`); threads may work on different blocks at the same time. A read is event-driven: only active rows
/// cost anything. Independent read noise of every device is drawn as one number per column with the summed variance.
///
/// | symbol | name | unit | default | range |
/// | --- | --- | --- | --- | --- |
/// | limit | `weightLimit` | weight | 0.5 | > 0 |
/// | Gmin, Gmax | device range | S | device preset | 0 < Gmin < Gmax |
public final class CrossbarArray: @unchecked Sendable {
  /// What the user sets.
  public struct Parameters: Sendable, Equatable {
    /// Number of the array in the network; part of every random counter.
    public var index: Int
    /// Weight that the full conductance range carries.
    public var weightLimit: Float
    /// Converter per column; `nil` reads exact sums.
    public var converter: Converter?
    /// Whether reads are noisy, with the noise of the device.
    public var hasReadNoise: Bool
    /// The memory device.
    public var device: DeviceParameters

    /// Sets all numbers.
    public init(index: Int, weightLimit: Float, converter: Converter?, hasReadNoise: Bool, device: DeviceParameters) {
      self.index = index
      self.weightLimit = weightLimit
      self.converter = converter
      self.hasReadNoise = hasReadNoise
      self.device = device
    }
  }

  /// What the user set.
  public let parameters: Parameters
  /// Rows, columns and tiles.
  public let layout: BlockedLayout
  /// Weight change of one pulse to a typical pair at mid-range: SET on one device, RESET on the other.
  public let nominalStep: Float
  /// Pulses and travel of every device.
  public let ledger: WearLedger

  // State beside the ledger. A continuous array keeps its weights themselves, any other its devices.
  let weights: AlignedBuffer<Float>
  let devices: DevicePlanes?
  let activity: AlignedBuffer<ReadActivity>

  // Scratch: what a read needs, derived from the state.
  let variances: AlignedBuffer<Float>
  let offsets: AlignedBuffer<Float>
  private let readNoise: RandomStream
  private let isExact: Bool
  let weightPerSiemens: Double

  /// An array whose weights are all zero.
  public init(layout: BlockedLayout, parameters: Parameters, seed: UInt64) {
    self.layout = layout
    self.parameters = parameters
    let device = parameters.device
    let range = device.onConductance.siemens - device.offConductance.siemens
    precondition(range > 0, "the on conductance is above the off conductance")
    weightPerSiemens = Double(parameters.weightLimit) / range
    let steps = device.typicalSteps
    nominalStep = Float(steps.potentiation + steps.depression) * parameters.weightLimit
    ledger = WearLedger(layout: layout, mirroredTravelUnit: device.isContinuous ? 0.5 / weightPerSiemens : nil)
    weights = AlignedBuffer(count: layout.storageCount)
    devices =
      device.isContinuous ? nil : DevicePlanes(layout: layout, parameters: device, array: parameters.index, seed: seed)
    activity = AlignedBuffer(count: layout.blockCount)
    let isNoisy = parameters.hasReadNoise && device.readNoise > 0
    variances = AlignedBuffer(count: isNoisy ? layout.storageCount : 0)
    readNoise = RandomStream(seed: seed, purpose: .readNoise)
    isExact = !isNoisy && parameters.converter == nil
    offsets = Self.converterOffsets(layout: layout, parameters: parameters, seed: seed)
    if devices != nil || isNoisy { deploy([Float](repeating: 0, count: layout.rows * layout.columns)) }
  }

  private static func converterOffsets(layout: BlockedLayout, parameters: Parameters, seed: UInt64) -> AlignedBuffer<
    Float
  > {
    guard let sigma = parameters.converter?.offsetSigma, sigma > 0 else { return AlignedBuffer(count: 0) }
    let stream = RandomStream(seed: seed, purpose: .converterOffset)
    let offsets = AlignedBuffer<Float>(count: layout.tileRowCount * layout.paddedColumns)
    for tileRow in 0..<layout.tileRowCount {
      for column in 0..<layout.columns {
        let z = stream.gaussians(array: parameters.index, item: tileRow * layout.columns + column, event: 0)[0]
        offsets[tileRow * layout.paddedColumns + layout.paddedColumn(column)] = Float(sigma) * z
      }
    }
    return offsets
  }

  // MARK: Reading

  /// Sums the weights of the active rows into the columns of a block, as the converters see them.
  ///
  /// - Parameters:
  ///   - rows: active rows, ascending.
  ///   - tick: number of this read since the start of the run; part of the noise counter.
  ///   - sums: receives `[blockWidth]` weights.
  /// - Complexity: O(active rows × columns of the block), plus one noise draw and conversion per column of each tile with
  ///   an active row.
  public func read(
    block: Int, rows: UnsafeBufferPointer<Int32>, tick: UInt64, into sums: UnsafeMutablePointer<Float>
  ) {
    let width = layout.blockWidth
    let start = block * layout.blockElements
    guard !rows.isEmpty, let first = rows.baseAddress else {
      sums.update(repeating: 0, count: width)
      return
    }
    if isExact {
      cpk_sum_rows(weights.base + start, width, first, rows.count, sums, width)
      activity.base[block].activeRows += UInt64(rows.count)
      return
    }
    sums.update(repeating: 0, count: width)
    readTiles(block: block, rows: rows, tick: tick, into: sums)
  }

  private func readTiles(
    block: Int, rows: UnsafeBufferPointer<Int32>, tick: UInt64, into sums: UnsafeMutablePointer<Float>
  ) {
    let start = block * layout.blockElements
    let step = parameters.converter?.step(tileRows: layout.tileRows, weightLimit: parameters.weightLimit) ?? 0
    var read = cpk_tile_read()
    read.weights = UnsafePointer(weights.base + start)
    read.variances = variances.count == 0 ? nil : UnsafePointer(variances.base + start)
    read.stride = layout.blockWidth
    read.key = readNoise.key
    read.counter = (0, 0, UInt32(truncatingIfNeeded: tick), UInt32(truncatingIfNeeded: tick >> 32))
    read.step = step
    read.inverse_step = step == 0 ? 0 : 1 / step
    read.largest_code = parameters.converter?.largestCode ?? 0
    read.columns = layout.columns(inBlock: block).count
    var position = 0
    while position < rows.count {
      let tileRow = Int(rows[position]) / layout.tileRows
      let end = Int32(min((tileRow + 1) * layout.tileRows, layout.rows))
      let begin = position
      while position < rows.count && rows[position] < end { position += 1 }
      read.rows = rows.baseAddress! + begin
      read.count = position - begin
      read.counter.1 = UInt32(parameters.index) << 20 | UInt32(tileRow * layout.blockCount + block)
      if offsets.count > 0 {
        read.offsets = UnsafePointer(offsets.base + tileRow * layout.paddedColumns + block * layout.blockWidth)
      }
      let saturated = cpk_read_tile(&read, sums, layout.blockWidth)
      activity.base[block].activeRows += UInt64(read.count)
      activity.base[block].tileReads += 1
      if step != 0 {
        activity.base[block].conversions += UInt64(read.columns)
        activity.base[block].saturatedConversions += UInt64(saturated)
      }
    }
  }

  /// What the reads of all blocks amounted to.
  public var readActivity: ReadActivity {
    activity.elements.reduce(into: ReadActivity()) { $0.add($1) }
  }

  // MARK: Looking at the array

  /// Effective weights as an ideal read would see them, row-major `[rows × columns]`.
  public var effectiveWeights: [Float] { layout.rowMajor(weights.base) }

  /// Effective weight of one synapse.
  public func effectiveWeight(row: Int, column: Int) -> Float { weights[layout.index(row: row, column: column)] }

  /// Conductances of a plane (0: G+, 1: G−) in siemens, row-major `[rows × columns]`.
  public func conductances(plane: Int) -> [Float] {
    if let devices { return layout.rowMajor(devices.conductances.base + plane * layout.storageCount) }
    let sign = plane == 0 ? 0.5 : -0.5
    return effectiveWeights.map { Float(midConductance + sign * Double($0) / weightPerSiemens) }
  }

  /// Condition of the devices of a plane, row-major `[rows × columns]`.
  public func conditions(plane: Int) -> [DeviceCondition] {
    guard let devices else { return [DeviceCondition](repeating: .sound, count: layout.rows * layout.columns) }
    return layout.rowMajor(devices.conditions.base + plane * layout.storageCount).map {
      DeviceCondition(rawValue: $0) ?? .sound
    }
  }

  /// Devices that no longer answer to pulses, stuck since fabrication or worn out.
  public var stuckDeviceCount: Int { devices?.stuckCount ?? 0 }
  /// Number of devices, two for each synapse.
  public var deviceCount: Int { 2 * layout.rows * layout.columns }
}

/// What reads amounted to: the counts that energy and latency are made of.
public struct ReadActivity: BitwiseCopyable, Sendable, Equatable {
  /// Rows driven, summed over blocks.
  public var activeRows: UInt64 = 0
  /// Tiles read (only with converters or noise; an exact read does not look at tiles).
  public var tileReads: UInt64 = 0
  /// Analog-to-digital conversions.
  public var conversions: UInt64 = 0
  /// Conversions that ran into an end of the scale.
  public var saturatedConversions: UInt64 = 0

  /// No reads.
  public init() {}

  /// Adds the counts of `other`.
  public mutating func add(_ other: ReadActivity) {
    activeRows += other.activeRows
    tileReads += other.tileReads
    conversions += other.conversions
    saturatedConversions += other.saturatedConversions
  }
}
