import CKernels
import Devices
import Kernels

/// The tiles of one layer: memory devices that carry signed weights, by default as differential pairs (`WeightMapping`).
///
///     w = (Σ G+ − Σ G−) · limit / (N · (Gmax − Gmin))
///
/// Matrices are `[rows × columns]`: rows are inputs (word lines), columns outputs. Storage is in blocks of one tile width
/// (`BlockedLayout`); threads may work on different blocks at the same time. A read is event-driven: only active rows
/// cost anything. Independent read noise of every device is drawn as one number per column with the summed variance.
///
/// | symbol | name | unit | default | range |
/// | --- | --- | --- | --- | --- |
/// | limit | `weightLimit` | weight | 0.5 | > 0 |
/// | N | `writing.devicesPerPolarity` | devices | 1 | 1…32 |
/// | Gmin, Gmax | device range | S (F for capacitive devices) | device preset | 0 < Gmin < Gmax |
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
    /// How it is written.
    public var writing: WriteParameters
    /// Length of a tick in seconds: the clock of drift and retention.
    public var tickSeconds: Double
    /// Shortest time in seconds between two looks at what drift, retention and traps have done to the tiles of a block of
    /// columns; 0 looks as often as an error of 1e-3 of the range asks.
    public var ageingInterval: Double
    /// Wires of the tiles; `nil` for wires without resistance.
    public var wires: WireParameters?
    /// How the charge of capacitive devices is collected; `nil` adds capacitances without error.
    public var charge: ChargeParameters?
    /// How a weight becomes devices.
    public var mapping: WeightMapping
    /// What drives rows to amplitudes; `nil` where all rows are driven by spikes.
    public var rowDriver: RowDriver?

    /// Seed of what happens by chance, reads and writes; `nil` for the seed of the array. How devices and circuits were made
    /// depends on the latter only: another seed here is another future of the same chip.
    public var noiseSeed: UInt64?

    /// Sets all numbers.
    public init(
      index: Int, weightLimit: Float, converter: Converter?, hasReadNoise: Bool,
      device: DeviceParameters,
      writing: WriteParameters = WriteParameters(), tickSeconds: Double = 1e-3,
      ageingInterval: Double = 0,
      wires: WireParameters? = nil, charge: ChargeParameters? = nil,
      mapping: WeightMapping = WeightMapping(),
      rowDriver: RowDriver? = nil, noiseSeed: UInt64? = nil
    ) {
      self.index = index
      self.weightLimit = weightLimit
      self.converter = converter
      self.hasReadNoise = hasReadNoise
      self.device = device
      self.writing = writing
      self.tickSeconds = tickSeconds
      self.ageingInterval = ageingInterval
      self.wires = wires
      self.charge = charge
      self.mapping = mapping
      self.rowDriver = rowDriver
      self.noiseSeed = noiseSeed
    }
  }

  /// What the user set.
  public let parameters: Parameters
  /// Rows, columns and tiles.
  public let layout: BlockedLayout
  /// Weight change of one nominal pulse to a typical synapse at mid-range.
  public let nominalStep: Float
  /// Pulses and travel of every device.
  public let ledger: WearLedger

  // State beside the ledger. A continuous array keeps its weights themselves, any other its devices.
  let weights: AlignedBuffer<Float>
  let devices: DevicePlanes?
  /// Exact reads of each block; others are counted by tile.
  let activity: AlignedBuffer<ReadActivity>
  /// Reads of each tile, `[tile rows × blocks]`; empty where reads are exact.
  let tileActivity: AlignedBuffer<ReadActivity>
  /// What the writes of each tile came to, `[tile rows × blocks]`.
  let writes: AlignedBuffer<WriteActivity>
  /// Attempts and residuals of each block; empty for schemes that do not verify.
  let verifyCounts: AlignedBuffer<UInt64>
  let halfSelects: HalfSelects
  let ageing: Ageing?
  let mappingState: MappingState

  // Scratch: what a read needs, derived from the state.
  let coding: SynapseCoding
  let references: ReferenceColumns?
  let lines: ConvertedLines?
  let variances: AlignedBuffer<Float>
  let converters: ConverterColumns?
  let paths: ReadPaths
  private let rowDrivers: RowDriverBank?
  let scratch: WriteScratch
  let writer: any RowWriter
  let refreshWriter: any RowWriter
  /// Takes note of what reads of tiles sum to, where they are read tile by tile.
  public var recorder: SumRecorder?
  private let readNoise: RandomStream
  private let isExact: Bool
  let weightPerSiemens: Double

  /// Planes of devices: one of each plane carries a weight. Of pairs the plus devices come first, then the minus devices; of
  /// bit slices the least significant digit first.
  public var planeCount: Int { coding.planes.count }

  /// An array whose weights are all zero.
  public convenience init(layout: BlockedLayout, parameters: Parameters, seed: UInt64) {
    self.init(layout: layout, parameters: parameters, seed: seed, usesKernel: true)
  }

  /// - Parameter usesKernel: `false` writes device by device, for comparison with the vector kernel.
  init(layout: BlockedLayout, parameters: Parameters, seed: UInt64, usesKernel: Bool) {
    self.layout = layout
    self.parameters = parameters
    let device = parameters.device
    let writing = parameters.writing
    let noiseSeed = parameters.noiseSeed ?? seed
    let range = device.on - device.off
    precondition(range > 0, "the on state is above the off state")
    precondition(1...32 ~= writing.devicesPerPolarity, "1 to 32 devices for each polarity")
    precondition(!device.isContinuous || writing == WriteParameters(), "a continuous device is not written by schemes")
    precondition(
      !device.isContinuous || parameters.mapping == WeightMapping(), "a continuous device is a pair of its own")
    let mapping = parameters.mapping
    coding = SynapseCoding(
      mapping, weightLimit: Double(parameters.weightLimit), device: device,
      devicesPerPolarity: writing.devicesPerPolarity)
    weightPerSiemens = coding.planes[0].weightPerSiemens
    nominalStep =
      coding.slices != nil
      ? Float(coding.step) : Float(Self.nominalLevelStep(device, writing, mapping) * range * weightPerSiemens)
    mappingState = MappingState(layout: layout, mapping: mapping)
    let planes = coding.planes.count
    var verifies = false
    if case .writeVerify = writing.scheme { verifies = true }
    ledger = WearLedger(
      layout: layout, planes: planes, refreshes: writing.refresh != nil || writing.levelling.isActive,
      verifies: verifies,
      mirroredTravelUnit: device.isContinuous ? 0.5 / weightPerSiemens : nil)
    weights = AlignedBuffer(count: layout.storageCount)
    devices =
      device.isContinuous
      ? nil
      : DevicePlanes(
        layout: layout, planes: planes, parameters: device, array: parameters.index,
        tickSeconds: parameters.tickSeconds, seed: seed, noiseSeed: noiseSeed,
        levelling: writing.levelling)
    writes = AlignedBuffer(count: layout.tileCount)
    verifyCounts = AlignedBuffer(count: verifies ? layout.blockCount * 2 * VerifyHistogram.binCount : 0)
    halfSelects = HalfSelects(layout: layout, planes: planes, biasing: writing.biasing)
    ageing = devices.flatMap {
      Ageing(
        devices: $0, tickSeconds: parameters.tickSeconds,
        shortestInterval: parameters.ageingInterval, seed: seed,
        noiseSeed: noiseSeed)
    }
    scratch = WriteScratch(layout: layout)
    (writer, refreshWriter) = Self.writers(
      parameters, range: range, seed: noiseSeed, usesKernel: usesKernel)
    let isNoisy = parameters.hasReadNoise && !device.readNoise.isNone
    variances = AlignedBuffer(count: isNoisy ? layout.storageCount : 0)
    references = coding.referenceState.map {
      ReferenceColumns(
        layout: layout, planes: planes, state: $0, sigma: mapping.referenceSigma,
        parameters: device,
        array: parameters.index, tickSeconds: parameters.tickSeconds, hasReadNoise: isNoisy,
        seed: seed,
        noiseSeed: noiseSeed)
    }
    // Without converters, noise of columns and ladders, lines add up ahead of the read.
    let readsLines = parameters.converter != nil || parameters.charge != nil || parameters.wires?.model == .gated
    lines =
      readsLines && coding.isFinishedDigitally
      ? ConvertedLines(layout: layout, lineCount: coding.lineCount, isNoisy: isNoisy) : nil
    readNoise = RandomStream(seed: noiseSeed, purpose: .readNoise)
    paths = Self.paths(
      parameters, layout: layout, coding: coding, hasLines: lines != nil, isNoisy: isNoisy, seed: seed)
    rowDrivers = parameters.rowDriver.map {
      RowDriverBank($0, layout: layout, array: parameters.index, seed: seed)
    }
    isExact = !isNoisy && parameters.converter == nil && paths.gated == nil && parameters.charge == nil
    activity = AlignedBuffer(count: isExact ? layout.blockCount : 0)
    tileActivity = AlignedBuffer(count: isExact ? 0 : layout.tileCount)
    let synapses = coding
    converters = parameters.converter.map {
      ConverterColumns(
        $0,
        lines: ConverterScale.lines(
          of: $0, coding: synapses, device: device, tileRows: layout.tileRows, weightLimit: parameters.weightLimit,
          rowDriver: parameters.rowDriver),
        layout: layout, array: parameters.index, seed: seed)
    }
    if devices != nil || isNoisy || paths.gated != nil {
      deploy([Float](repeating: 0, count: layout.rows * layout.columns))
    }
    if isLevelled { makeSpares() }
  }

  /// Change of Σ G+ − Σ G− by one nominal pulse, as a fraction of the range of a device.
  private static func nominalLevelStep(
    _ device: DeviceParameters, _ writing: WriteParameters, _ mapping: WeightMapping
  ) -> Double {
    let steps = device.typicalSteps
    let movesBoth = mapping.scheme == .differentialPair && writing.direction == .pushPull
    return movesBoth ? steps.potentiation + steps.depression : steps.potentiation
  }

  private static func writers(
    _ parameters: Parameters, range: Double, seed: UInt64, usesKernel: Bool
  ) -> (any RowWriter, any RowWriter) {
    let openLoop = OpenLoopWriter(parameters: parameters.device, seed: seed, usesKernel: usesKernel)
    guard case .writeVerify(let verify) = parameters.writing.scheme else { return (openLoop, openLoop) }
    // A push-pull pair shares the change between its two devices.
    let isPushPull = parameters.mapping.scheme == .differentialPair && parameters.writing.direction == .pushPull
    let share = isPushPull ? 0.5 : 1
    let step = nominalLevelStep(parameters.device, parameters.writing, parameters.mapping) * share * range
    return (WriteVerifyWriter(verify, device: parameters.device, step: step, seed: seed), openLoop)
  }

  // MARK: Reading

  /// Sums the weights of the active rows into the columns of a block, as the converters see them.
  ///
  /// - Parameters:
  ///   - rows: active rows, ascending.
  ///   - amplitudes: how far each of them is driven, fraction of the read voltage; `nil` where all are driven fully.
  ///   - tick: when it happens, in ticks since the start of the run: the clock of drift and retention.
  ///   - number: number of this read since the start of the run, part of the noise counter; `nil`: the tick, where a tick
  ///     reads the array once.
  ///   - sums: receives `[blockWidth]` weights.
  /// - Complexity: O(active rows × columns of the block), plus one noise draw and conversion per column of each tile with
  ///   an active row.
  public func read(
    block: Int, rows: UnsafeBufferPointer<Int32>, amplitudes: UnsafePointer<Float>? = nil, tick: UInt64,
    number: UInt64? = nil, into sums: UnsafeMutablePointer<Float>
  ) {
    let width = layout.blockWidth
    let start = block * layout.blockElements
    guard !rows.isEmpty else {
      sums.update(repeating: 0, count: width)
      return
    }
    var driven = DrivenRows(rows, amplitudes: amplitudes)
    if amplitudes != nil {
      precondition(rowDrivers != nil, "this array is driven by spikes")
      driven = rowDrivers?.drive(driven, block: block) ?? driven
    }
    if let ageing, tick >= ageing.nextFold[block] { fold(block: block, tick: tick) }
    if let transfers = paths.transfers { refreshTransfers(transfers, block: block, rows: rows) }
    if isExact {
      let matrix = (paths.transfers?.weights.base ?? weights.base) + start
      driven.sumRows(of: matrix, stride: width, width: width, into: sums)
      activity.base[block].record(driven)
      return
    }
    sums.update(repeating: 0, count: width)
    readTiles(block: block, driven: driven, number: number ?? tick, into: sums)
  }

  private func readTiles(
    block: Int, driven: DrivenRows, number: UInt64, into sums: UnsafeMutablePointer<Float>
  ) {
    let rows = driven.rows
    let start = block * layout.blockElements
    var read = cpk_tile_read()
    read.weights = UnsafePointer((paths.transfers?.weights.base ?? weights.base) + start)
    read.variances =
      variances.count == 0 ? nil : UnsafePointer((paths.transfers?.variances.base ?? variances.base) + start)
    read.stride = layout.blockWidth
    read.key = readNoise.key
    read.counter = (0, 0, UInt32(truncatingIfNeeded: number), UInt32(truncatingIfNeeded: number >> 32))
    read.columns = layout.columns(inBlock: block).count
    var position = 0
    while position < rows.count {
      let tileRow = Int(rows[position]) / layout.tileRows
      let end = Int32(min((tileRow + 1) * layout.tileRows, layout.rows))
      let begin = position
      while position < rows.count && rows[position] < end { position += 1 }
      read.rows = rows.baseAddress! + begin
      read.amplitudes = driven.amplitudes.map { $0 + begin }
      read.count = position - begin
      read.counter.1 = UInt32(parameters.index) << 20 | UInt32(tileRow * layout.blockCount + block)
      let saturated =
        recorder.map { record(&read, tileRow: tileRow, block: block, sums: sums, recorder: $0) }
        ?? readTile(&read, tileRow: tileRow, block: block, sums: sums)
      tileActivity.base[tileRow * layout.blockCount + block].record(
        driven.part(begin..<position), conversions: converters == nil ? 0 : read.columns * coding.lineCount,
        saturated: saturated)
    }
  }

  /// Reads one tile and shows the recorder what it sums to.
  private func record(
    _ read: inout cpk_tile_read, tileRow: Int, block: Int, sums: UnsafeMutablePointer<Float>, recorder: SumRecorder
  ) -> Int {
    let own = AlignedBuffer<Float>(count: layout.blockWidth)
    let saturated = readTile(&read, tileRow: tileRow, block: block, sums: own.base)
    recorder.record(own.base, count: layout.columns(inBlock: block).count)
    for column in 0..<layout.blockWidth { sums[column] += own[column] }
    return saturated
  }

  /// Reads one tile; returns the conversions that met the end of their scale.
  private func readTile(
    _ read: inout cpk_tile_read, tileRow: Int, block: Int, sums: UnsafeMutablePointer<Float>
  ) -> Int {
    if let lines { return readLines(lines, read: &read, tileRow: tileRow, block: block, sums: sums) }
    turn(&read, line: 0, tileRow: tileRow, block: block)
    return cpk_read_tile(&read, sums, layout.blockWidth)
  }

  // MARK: Looking at the array

  /// Effective weights as an ideal read would see them, row-major `[rows × columns]`.
  public var effectiveWeights: [Float] { layout.rowMajor(weights.base) }

  /// Effective weight of one synapse.
  public func effectiveWeight(row: Int, column: Int) -> Float { weights[layout.index(row: row, column: column)] }

  /// Effective weights of a block `[rows × blockWidth]` as they are now; later writes show in them.
  public func effectiveWeights(block: Int) -> UnsafePointer<Float> {
    UnsafePointer(weights.base + block * layout.blockElements)
  }

  /// Conductances (capacitances) of a plane as reads see them, in siemens (farads), row-major `[rows × columns]`.
  public func conductances(plane: Int) -> [Float] {
    if let devices {
      return layout.rowMajor((ageing?.present.base ?? devices.states.base) + plane * layout.storageCount)
    }
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
  /// Devices that have worn out.
  public var wornDeviceCount: Int { devices?.wornCount ?? 0 }
  /// Number of devices that carry or can carry weights, those of spare lines among them; the references of a tile are not among them.
  public var deviceCount: Int { planeCount * (layout.rows + spareRowCount) * layout.columns }
  /// Spare word lines of a column of tiles.
  private var spareRowCount: Int { isLevelled ? layout.tileRowCount * parameters.writing.levelling.spareRows : 0 }
  /// Devices for each weight, with the share of the reference columns.
  public var devicesPerWeight: Double {
    parameters.mapping.devicesPerWeight(
      devicesPerPolarity: parameters.writing.devicesPerPolarity, tileColumns: layout.tileColumns)
  }

  /// Worst wear among the devices at a position of the block storage, as a fraction of each one's own life.
  public func worstWearFraction(at position: Int) -> Float {
    guard let devices, devices.wear.count > 0 else { return 0 }
    var worst = 0.0
    for plane in 0..<planeCount {
      let index = position + plane * layout.storageCount
      worst = max(worst, devices.wear[index] / Double(devices.lives[index]))
    }
    return Float(worst)
  }

  /// Devices that have spent more than `fraction` of their own life.
  public func deviceCount(pastLifeFraction fraction: Double) -> Int {
    guard let devices, devices.wear.count > 0 else { return 0 }
    var count = 0
    // Lives beside the matrix are infinite and spent nothing.
    for index in 0..<devices.wear.count where devices.wear[index] > fraction * Double(devices.lives[index]) {
      count += 1
    }
    return count
  }

  /// Whether reads change what later reads see, because devices drift, decay or have traps.
  public var agesByItself: Bool { ageing != nil }

  /// What the writes of all tiles came to.
  public var writeActivity: WriteActivity {
    writes.elements.reduce(into: WriteActivity()) { $0.add($1) }
  }

  /// What the writes of each tile came to, `[tile rows × blocks]`. Tiles are written side by side, so the busiest one
  /// bounds the time.
  public var tileWriteActivity: [WriteActivity] { Array(writes.elements) }

  /// Attempts and residuals of verified writes.
  public var verifyHistogram: VerifyHistogram {
    var sum = VerifyHistogram()
    let bins = VerifyHistogram.binCount
    for (index, count) in verifyCounts.elements.enumerated() {
      if index % (2 * bins) < bins { sum.attempts[index % bins] += count } else { sum.residuals[index % bins] += count }
    }
    return sum
  }

  /// Pulses at reduced voltage of each device of a plane, row-major `[rows × columns]`; all 0 with selectors.
  public func halfSelectCounts(plane: Int) -> [UInt64] {
    let kinds: [WearLedger.PulseKind] = [.set, .reset, .refresh]
    var own = [UInt64](repeating: 0, count: layout.rows * layout.columns)
    for kind in kinds {
      for (index, count) in ledger.pulses(kind, plane: plane).enumerated() { own[index] += UInt64(count) }
    }
    return halfSelects.counts(plane: plane, own: own)
  }

  /// The first write that would have left something that is no number in the array, if there was one.
  public var firstFlaw: ArrayFlaw? { scratch.flaws.min { $0.event < $1.event } }
}
