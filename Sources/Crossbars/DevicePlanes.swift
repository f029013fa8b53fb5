import Devices
import Kernels

/// Whether a device still answers to pulses.
public enum DeviceCondition: UInt8, Sendable, CaseIterable {
  /// Answers to pulses.
  case sound = 0
  /// Stuck at its Gmin since fabrication.
  case fabricatedOff = 1
  /// Stuck at its Gmax since fabrication.
  case fabricatedOn = 2
  /// Worn out, stuck at its Gmin.
  case wornOff = 3
  /// Worn out, stuck at its Gmax.
  case wornOn = 4
  /// Worn out, stuck where it was: nothing moves it any more.
  case wornInPlace = 5
}

/// The devices of an array, in planes of block storage: first those that raise weights (G+), then those that lower them.
final class DevicePlanes: @unchecked Sendable {
  let layout: BlockedLayout
  let parameters: DeviceParameters
  let planeCount: Int
  let model: DeviceModel
  // State: conductance in siemens (capacitance in farads) as it was right after the last write.
  let states: AlignedBuffer<Float>
  let conditions: AlignedBuffer<UInt8>
  /// Full-cycle equivalents spent; empty where devices do not wear.
  let wear: AlignedBuffer<Double>
  /// SET pulses since the last RESET; empty unless the response depends on it.
  let setsSinceReset: AlignedBuffer<UInt16>
  /// Tick of the last write; empty where states do not change by themselves.
  let writeTicks: AlignedBuffer<UInt64>
  /// What was drawn for the retention at the last write.
  let coefficients: AlignedBuffer<Float>
  // Scratch: recomputed from the seed.
  let numbers: AlignedBuffer<Float>
  /// Elements from one field of `numbers` to the next.
  let numberStride: Int
  let lives: AlignedBuffer<Float>
  let factory: DeviceFactory
  let array: Int
  /// Length of a tick in seconds.
  let tickSeconds: Double
  private let retentionNoise: RandomStream
  // State of levelling; empty without.
  /// Which line serves each row of each block, `line << 1 | isCrossed`, `[blocks × rows]`.
  let lineMap: AlignedBuffer<UInt32>
  /// Pulses of the line of each row at the last move, `[blocks × rows]`.
  let lineCounts: AlignedBuffer<UInt64>
  /// Lines that serve no row, `[blocks × tile rows × spares]`.
  var spares: [LineDevices] = []
  var levelling = LevellingCounts()
  private let spareRows: Int

  /// Fields of `numbers`: those of `DeviceNumbers` in order.
  static let fieldCount = 10

  init(
    layout: BlockedLayout, planes: Int, parameters: DeviceParameters, array: Int,
    tickSeconds: Double, seed: UInt64, noiseSeed: UInt64,
    levelling: LevellingParameters = LevellingParameters()
  ) {
    self.layout = layout
    self.parameters = parameters
    self.array = array
    self.tickSeconds = tickSeconds
    planeCount = planes
    model = DeviceModel(parameters: parameters)
    factory = DeviceFactory(parameters: parameters, seed: seed)
    retentionNoise = RandomStream(seed: noiseSeed, purpose: .retention)
    let count = planes * layout.storageCount
    let wears = parameters.endurance.isLimited
    let ages = parameters.retention != .none || parameters.readNoise.dependsOnAge
    var remembers = false
    if case .phaseChange = parameters.response { remembers = true }
    states = AlignedBuffer(count: count)
    conditions = AlignedBuffer(count: count)
    wear = AlignedBuffer(count: wears ? count : 0)
    lives = AlignedBuffer(count: wears ? count : 0)
    setsSinceReset = AlignedBuffer(count: remembers ? count : 0)
    writeTicks = AlignedBuffer(count: ages ? count : 0)
    coefficients = AlignedBuffer(count: ages ? count : 0)
    spareRows = levelling.isActive ? levelling.spareRows : 0
    lineMap = AlignedBuffer(count: levelling.isActive ? layout.blockCount * layout.rows : 0)
    lineCounts = AlignedBuffer(count: lineMap.count)
    for place in 0..<lineMap.count { lineMap[place] = UInt32(place % layout.rows) << 1 }
    // Devices that are all alike share the numbers of one row.
    numberStride = parameters.variation.isNone ? layout.blockWidth : count
    numbers = AlignedBuffer(count: Self.fieldCount * numberStride)
    fabricate()
  }

  private func fabricate() {
    for index in 0..<numberStride { setNumbers(model.typical, at: index) }
    lives.fill(.infinity)
    for plane in 0..<planeCount {
      for row in 0..<layout.rows {
        for column in 0..<layout.columns {
          let index = plane * layout.storageCount + layout.index(row: row, column: column)
          let number = deviceNumber(row: row, column: column, plane: plane)
          if hasOwnNumbers { setNumbers(factory.numbers(array: array, device: number), at: index) }
          if lives.count > 0 { lives[index] = Float(factory.life(array: array, device: number).fullCycles) }
          if let isOn = factory.fault(
            array: array, plane: plane, row: row, column: column, columns: layout.columns)
          {
            conditions[index] = (isOn ? DeviceCondition.fabricatedOn : .fabricatedOff).rawValue
          }
        }
      }
    }
  }

  /// Works out anew what the devices of a row are like, after another line took its place.
  func makeNumbers(row: Int, block: Int) {
    for plane in 0..<planeCount {
      for column in layout.columns(inBlock: block) {
        let index = plane * layout.storageCount + layout.index(row: row, column: column)
        let number = deviceNumber(row: row, column: column, plane: plane)
        if hasOwnNumbers { setNumbers(factory.numbers(array: array, device: number), at: index) }
        if lives.count > 0 { lives[index] = Float(factory.life(array: array, device: number).fullCycles) }
      }
    }
  }

  /// Number of a spare line of a tile row; those of rows come first.
  func spareLine(tileRow: Int, spare: Int) -> Int { layout.rows + tileRow * spareRows + spare }

  private var hasOwnNumbers: Bool { !parameters.variation.isNone }

  /// Number of a device in the array, the same for every tile size.
  func deviceNumber(row: Int, column: Int, plane: Int) -> Int {
    guard lineMap.count > 0 else { return (row * layout.columns + column) * planeCount + plane }
    let entry = lineMap[column / layout.tileColumns * layout.rows + row]
    let own = entry & 1 == 0 ? plane : (plane + planeCount / 2) % planeCount
    return (Int(entry >> 1) * layout.columns + column) * planeCount + own
  }

  // MARK: The numbers of a device

  private func setNumbers(_ device: DeviceNumbers, at index: Int) {
    let fields = [
      device.low, device.range, device.upAsymptote, device.upLogRatio, device.upStep, device.downAsymptote,
      device.downLogRatio, device.downStep, device.upGain, device.downGain,
    ]
    for (field, value) in fields.enumerated() { numbers[field * numberStride + index] = value }
  }

  /// Where the first field of the devices from `index` on lies; `index` is the start of a row of a block.
  func numbers(ofRowAt index: Int) -> UnsafeMutablePointer<Float> {
    hasOwnNumbers ? numbers.base + index : numbers.base
  }

  func device(at index: Int) -> DeviceNumbers {
    let at = numbers.base + (hasOwnNumbers ? index : 0)
    let stride = numberStride
    return DeviceNumbers(
      low: at[0], range: at[stride], upAsymptote: at[2 * stride], upLogRatio: at[3 * stride], upStep: at[4 * stride],
      downAsymptote: at[5 * stride], downLogRatio: at[6 * stride], downStep: at[7 * stride], upGain: at[8 * stride],
      downGain: at[9 * stride])
  }

  /// Levels between which a device can still be set: 0…1 when fresh.
  func window(at index: Int, of device: DeviceNumbers) -> (lowest: Double, highest: Double) {
    guard wear.count > 0, parameters.endurance.window != .none else { return (0, 1) }
    return parameters.endurance.window.window(
      wear: wear[index], life: Double(lives[index]), low: Double(device.low), range: Double(device.range))
  }

  // MARK: Setting without pulses

  /// Sets a device without pulses; a stuck device takes the end it is stuck at, a binary device the nearer of its two.
  func deploy(_ state: Double, number: Int, at index: Int) {
    let device = device(at: index)
    let low = Double(device.low)
    let range = Double(device.range)
    var level = min(max((state - low) / range, 0), 1)
    if case .magnetic = parameters.response { level = level < 0.5 ? 0 : 1 }
    switch DeviceCondition(rawValue: conditions[index]) ?? .sound {
    case .sound, .wornInPlace: break
    case .fabricatedOff, .wornOff: level = 0
    case .fabricatedOn, .wornOn: level = 1
    }
    states[index] = Float(low + level * range)
    noteWrite(number: number, draw: 0, tick: 0, at: index)
  }

  // MARK: Time

  /// State of a device at a tick.
  func state(at index: Int, tick: UInt64) -> Double {
    let programmed = Double(states[index])
    guard writeTicks.count > 0, tick > writeTicks[index] else { return programmed }
    let device = device(at: index)
    return parameters.retention.state(
      programmed: programmed, age: Double(tick - writeTicks[index]) * tickSeconds, coefficient: coefficients[index],
      low: Double(device.low), range: Double(device.range))
  }

  /// Replaces what was written by what has become of it, before a train.
  func bringToPresent(at index: Int, tick: UInt64) {
    states[index] = Float(state(at: index, tick: tick))
  }

  /// Starts the clock of a device anew and draws how it will drift from here. A stuck device does not drift.
  /// - Parameter draw: event number of the draw: 0 when deployed, one more than the number of the write afterwards.
  func noteWrite(number: Int, draw: UInt64, tick: UInt64, at index: Int) {
    guard writeTicks.count > 0 else { return }
    writeTicks[index] = isSound(at: index) ? tick : .max
    let device = device(at: index)
    coefficients[index] = parameters.retention.coefficient(
      level: Double((states[index] - device.low) / device.range),
      gaussian: Double(retentionNoise.gaussians(array: array, item: number, event: draw << 1)[0]),
      deviceGaussian: factory.retentionGaussian(array: array, device: number))
  }

  // MARK: Wear

  /// Kills a device that has reached its life.
  func wearOut(number: Int, at index: Int) {
    let condition: DeviceCondition
    if parameters.endurance.failure == .stuckInPlace {
      condition = .wornInPlace
    } else {
      condition = factory.life(array: array, device: number).endsStuckOn ? .wornOn : .wornOff
    }
    conditions[index] = condition.rawValue
    let device = device(at: index)
    if condition == .wornOn { states[index] = device.low + device.range }
    if condition == .wornOff { states[index] = device.low }
  }

  func isSound(at index: Int) -> Bool { conditions[index] == DeviceCondition.sound.rawValue }

  /// Wear of a device as a fraction of its own life; 0 where devices do not wear.
  func wearFractions(plane: Int) -> [Float] {
    guard wear.count > 0 else { return [Float](repeating: 0, count: layout.rows * layout.columns) }
    let spent = layout.rowMajor(wear.base + plane * layout.storageCount)
    let lives = layout.rowMajor(lives.base + plane * layout.storageCount)
    return zip(spent, lives).map { Float($0 / Double($1)) }
  }

  var stuckCount: Int {
    conditions.elements.reduce(0) { $0 + ($1 == DeviceCondition.sound.rawValue ? 0 : 1) }
      + spares.reduce(0) { $0 + $1.stuckCount }
  }

  var wornCount: Int {
    let isWorn = { (condition: UInt8) in condition >= DeviceCondition.wornOff.rawValue }
    return conditions.elements.count(where: isWorn) + spares.reduce(0) { $0 + $1.conditions.count(where: isWorn) }
  }
}
