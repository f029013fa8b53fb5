import Kernels

/// One exponentially decaying trace for each row or column.
///
/// A trace below 10⁻⁶ is 0: what it would still change is below the resolution of a weight.
final class DecayingTraces: @unchecked Sendable {
  let values: AlignedBuffer<Float>
  let count: Int
  private let decay: Float
  private let isNearestOnly: Bool
  /// Upper bound of all values.
  private var largest: Float = 0

  init(count: Int, decay: Float, isNearestOnly: Bool) {
    self.count = count
    self.decay = decay
    self.isNearestOnly = isNearestOnly
    values = AlignedBuffer(count: count)
  }

  /// Whether any trace is above 0.
  var isAlive: Bool { largest > 0 }

  func rest() {
    values.fill(0)
    largest = 0
  }

  func advance() {
    guard largest > 0 else { return }
    let (base, decay) = (values.base, decay)
    for place in 0..<count {
      let value = base[place] * decay
      base[place] = value > 1e-6 ? value : 0
    }
    largest = largest * decay > 1e-6 ? largest * decay : 0
  }

  func note(_ place: Int) {
    guard count > 0 else { return }
    values[place] = isNearestOnly ? 1 : values[place] + 1
    largest = max(largest, values[place])
  }

  func note(_ places: UnsafeBufferPointer<Int32>) {
    guard count > 0 else { return }
    for place in places { note(Int(place)) }
  }
}
