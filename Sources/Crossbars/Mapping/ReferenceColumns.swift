import CKernels
import Devices
import Kernels

/// The columns of reference devices of an array's tiles: for each tile and each plane of devices one column that is read
/// with every read of the tile and subtracted from its other columns.
///
/// References are set once, when the array is made, and never written again: each is a little off its state, may be stuck,
/// drifts and decays as all devices do, and adds read noise of its own, which all columns of a tile share. Traps (RTN) are left out: a reference is chosen
/// without. Nothing here evolves but by the clock, so no checkpoint holds it.
final class ReferenceColumns: @unchecked Sendable {
  /// Numbers of the arrays of references in random counters begin here.
  private static let firstArray = 1 << 11

  private let devices: DevicePlanes
  private let noise: ReadNoise
  /// States as reads see them, by plane of `[blocks × rows × stride]`.
  let present: AlignedBuffer<Float>
  /// Variance of a read of each in weight units squared, `[planes × blocks × rows]`; empty without read noise.
  private let variances: AlignedBuffer<Float>
  private let random: RandomStream

  /// - Parameters:
  ///   - layout: of the array.
  ///   - planes: reference devices of a row.
  ///   - state: what they are set to, in siemens (farads).
  ///   - sigma: standard deviation of what they are at, fraction of the range.
  init(
    layout: BlockedLayout, planes: Int, state: Double, sigma: Double, parameters: DeviceParameters, array: Int,
    tickSeconds: Double,
    hasReadNoise: Bool, seed: UInt64, noiseSeed: UInt64
  ) {
    noise = parameters.readNoise
    random = RandomStream(seed: noiseSeed, purpose: .readNoise)
    // References were written when the chip was made.
    devices = DevicePlanes(
      layout: BlockedLayout(
        rows: layout.rows, columns: layout.blockCount, tileRows: layout.tileRows, tileColumns: 1),
      planes: planes, parameters: parameters, array: Self.firstArray + array,
      tickSeconds: tickSeconds, seed: seed,
      noiseSeed: seed)
    let count = planes * devices.layout.storageCount
    present = AlignedBuffer(count: count)
    variances = AlignedBuffer(count: hasReadNoise ? planes * layout.blockCount * layout.rows : 0)
    let errors = RandomStream(seed: seed, purpose: .references)
    let scale = sigma * (parameters.on - parameters.off)
    for block in 0..<layout.blockCount {
      for row in 0..<layout.rows {
        for plane in 0..<planes {
          let number = devices.deviceNumber(row: row, column: block, plane: plane)
          let error = scale * Double(errors.gaussians(array: array, item: number, event: 0)[0])
          devices.deploy(
            state + error, number: number,
            at: plane * devices.layout.storageCount + devices.layout.index(row: row, column: block))
        }
      }
    }
  }

  /// Elements from one row of `present` to the next.
  var stride: Int { devices.layout.blockWidth }

  /// Position of the reference of a row in `present`.
  func position(plane: Int, row: Int, block: Int) -> Int {
    plane * devices.layout.storageCount + devices.layout.index(row: row, column: block)
  }

  /// What reads see of a reference.
  func value(plane: Int, row: Int, block: Int) -> Float { present[position(plane: plane, row: row, block: block)] }

  /// What a reference was set to.
  func programmed(plane: Int, row: Int, block: Int) -> Float {
    devices.states[position(plane: plane, row: row, block: block)]
  }

  /// Brings the references of a block to a tick.
  /// - Parameter scales: weight for each siemens of each plane.
  func refresh(block: Int, tick: UInt64, scales: [Double]) {
    let age = devices.writeTicks.count > 0 ? Double(tick) * devices.tickSeconds : 0
    for plane in scales.indices {
      for row in 0..<devices.layout.rows {
        let index = position(plane: plane, row: row, block: block)
        let now = devices.state(at: index, tick: tick)
        present[index] = Float(now)
        guard variances.count > 0 else { continue }
        let sigma =
          scales[plane]
          * noise.sigma(state: now, programmed: Double(devices.states[index]), age: age, on: devices.parameters.on)
        variances[(plane * devices.layout.columns + block) * devices.layout.rows + row] = Float(sigma * sigma)
      }
    }
  }

  /// Noise of the references of one tile in a read, in weight units; the same for all its columns.
  func noise(planes: [Int], block: Int, driven: DrivenRows, read: cpk_tile_read) -> Float {
    guard variances.count > 0 else { return 0 }
    var variance: Float = 0
    for plane in planes {
      let own = variances.base + (plane * devices.layout.columns + block) * devices.layout.rows
      if let amplitudes = driven.amplitudes {
        for (position, row) in driven.rows.enumerated() {
          variance += own[Int(row)] * (amplitudes[position] * amplitudes[position])
        }
      } else {
        for row in driven.rows { variance += own[Int(row)] }
      }
    }
    // Counters from here on are far beyond those of the columns.
    let words = random.words(
      .max - UInt32(planes.first ?? 0), read.counter.1, read.counter.2, read.counter.3)
    return variance.squareRoot() * RandomStream.gaussians(words)[0]
  }
}
