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
}

/// The two devices of every pair of an array: plane 0 holds G+, plane 1 holds G−, each in block storage.
final class DevicePlanes: @unchecked Sendable {
  let layout: BlockedLayout
  let parameters: DeviceParameters
  // State.
  let conductances: AlignedBuffer<Float>
  let conditions: AlignedBuffer<UInt8>
  /// Full-cycle equivalents spent.
  let wear: AlignedBuffer<Double>
  // Scratch: recomputed from the seed.
  private let own: AlignedBuffer<OwnDevice>
  private let lives: AlignedBuffer<Float>
  private let typical: DeviceInstance
  private let factory: DeviceFactory
  private let array: Int
  private let cycleNoise: RandomStream

  /// The individual numbers of a device, in single precision: a large array holds millions.
  struct OwnDevice: BitwiseCopyable, Sendable {
    var lowConductance: Float
    var range: Float
    var upAsymptote: Float
    var upLogRatio: Float
    var upStep: Float
    var downAsymptote: Float
    var downLogRatio: Float
    var downStep: Float

    init(_ device: DeviceInstance) {
      lowConductance = Float(device.lowConductance)
      range = Float(device.range)
      upAsymptote = Float(device.potentiation.asymptote)
      upLogRatio = Float(device.potentiation.logRatio)
      upStep = Float(device.potentiation.step)
      downAsymptote = Float(device.depression.asymptote)
      downLogRatio = Float(device.depression.logRatio)
      downStep = Float(device.depression.step)
    }

    var instance: DeviceInstance {
      DeviceInstance(
        lowConductance: Double(lowConductance), range: Double(range),
        potentiation: ExponentialResponse(
          asymptote: Double(upAsymptote), logRatio: Double(upLogRatio), step: Double(upStep)),
        depression: ExponentialResponse(
          asymptote: Double(downAsymptote), logRatio: Double(downLogRatio), step: Double(downStep)))
    }
  }

  init(layout: BlockedLayout, parameters: DeviceParameters, array: Int, seed: UInt64) {
    self.layout = layout
    self.parameters = parameters
    self.array = array
    factory = DeviceFactory(parameters: parameters, seed: seed)
    typical = factory.instance(array: array, device: 0)
    cycleNoise = RandomStream(seed: seed, purpose: .cycleToCycle)
    let count = 2 * layout.storageCount
    conductances = AlignedBuffer(count: count)
    conditions = AlignedBuffer(count: count)
    wear = AlignedBuffer(count: parameters.endurance.isLimited ? count : 0)
    own = AlignedBuffer(count: parameters.hasDeviceVariation ? count : 0)
    lives = AlignedBuffer(count: parameters.endurance.isLimited ? count : 0)
    fabricate()
  }

  private func fabricate() {
    for plane in 0..<2 {
      for row in 0..<layout.rows {
        for column in 0..<layout.columns {
          let index = plane * layout.storageCount + layout.index(row: row, column: column)
          let number = deviceNumber(row: row, column: column, plane: plane)
          if own.count > 0 { own[index] = OwnDevice(factory.instance(array: array, device: number)) }
          if lives.count > 0 { lives[index] = Float(factory.life(array: array, device: number).fullCycles) }
          if let isOn = factory.fabricationFault(array: array, device: number) {
            conditions[index] = (isOn ? DeviceCondition.fabricatedOn : .fabricatedOff).rawValue
          }
        }
      }
    }
  }

  /// Number of a device in the array, the same for every tile size.
  private func deviceNumber(row: Int, column: Int, plane: Int) -> Int {
    (row * layout.columns + column) * 2 + plane
  }

  func instance(at index: Int) -> DeviceInstance {
    own.count > 0 ? own[index].instance : typical
  }

  /// Sets a device to a conductance without pulses; a stuck device takes the end it is stuck at.
  func deploy(_ conductance: Double, at index: Int) {
    let device = instance(at: index)
    let target: Double
    switch DeviceCondition(rawValue: conditions[index]) ?? .sound {
    case .sound: target = min(max(conductance, device.lowConductance), device.lowConductance + device.range)
    case .fabricatedOff, .wornOff: target = device.lowConductance
    case .fabricatedOn, .wornOn: target = device.lowConductance + device.range
    }
    conductances[index] = Float(target)
  }

  /// Applies a train of pulses to one device and enters it in the ledger. A stuck device is pulsed, counted and unmoved.
  func apply(pulses: Int, row: Int, column: Int, plane: Int, at index: Int, ledger: borrowing WearLedger) {
    let event = ledger.pulses(at: index)
    guard conditions[index] == DeviceCondition.sound.rawValue else {
      ledger.record(pulses: pulses, displacement: 0, at: index)
      return
    }
    let device = instance(at: index)
    let before = Double(conductances[index])
    let number = deviceNumber(row: row, column: column, plane: plane)
    let sigma = parameters.cycleToCycleSigma
    let noise = sigma > 0 ? Double(cycleNoise.gaussians(array: array, item: number, event: event)[0]) : 0
    let after = device.conductance(after: pulses, from: before, sigma: sigma, noise: noise)
    conductances[index] = Float(after)
    ledger.record(pulses: pulses, displacement: after - before, at: index)
    if wear.count > 0 {
      wear[index] += parameters.endurance.wear(displacement: (after - before) / device.range, pulses: abs(pulses))
      if wear[index] >= Double(lives[index]) { wearOut(number: number, device: device, at: index) }
    }
  }

  private func wearOut(number: Int, device: DeviceInstance, at index: Int) {
    let endsOn = factory.life(array: array, device: number).endsStuckOn
    conditions[index] = (endsOn ? DeviceCondition.wornOn : .wornOff).rawValue
    conductances[index] = Float(device.lowConductance + (endsOn ? device.range : 0))
  }

  /// Wear of a device as a fraction of its own life; 0 where devices do not wear.
  func wearFractions(plane: Int) -> [Float] {
    guard wear.count > 0 else { return [Float](repeating: 0, count: layout.rows * layout.columns) }
    let spent = layout.rowMajor(wear.base + plane * layout.storageCount)
    let lives = layout.rowMajor(lives.base + plane * layout.storageCount)
    return zip(spent, lives).map { Float($0 / Double($1)) }
  }

  var stuckCount: Int {
    conditions.elements.reduce(0) { $0 + ($1 == DeviceCondition.sound.rawValue ? 0 : 1) }
  }
}
