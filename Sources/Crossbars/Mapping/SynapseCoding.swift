import Devices

/// The arithmetic between weights and the states of the devices that carry them, for one array.
///
///     w = scale · (± Σ_p c_p · (G_p − zero_p) − rest)
///
/// with c the `weightPerSiemens` of a plane; the sign is that of the complement of the column, and the rest is what is
/// known digitally: the missing complement and the weight of a sign bit.
struct SynapseCoding: Sendable {
  /// The part of one plane of devices in a weight.
  struct Plane: Sendable {
    /// Weight for each siemens (farad); negative for devices that lower weights.
    let weightPerSiemens: Double
    /// The line that the plane is read on: planes of a line are added ahead of a converter.
    let line: Int
  }

  let mapping: WeightMapping
  let planes: [Plane]
  /// Planes of each line.
  let linePlanes: [[Int]]
  /// Weight that the full range of the devices of each line carries.
  let lineWeights: [Double]
  /// Weight of the smallest step of a digital weight; 0 for analog weights.
  let step: Double
  private let limit: Double
  private let off: Double
  private let range: Double

  init(_ mapping: WeightMapping, weightLimit: Double, device: DeviceParameters, devicesPerPolarity count: Int) {
    self.mapping = mapping
    limit = weightLimit
    off = device.off
    range = device.on - device.off
    let share = weightLimit / range / Double(count)
    switch mapping.scheme {
    case .differentialPair:
      planes = (0..<2 * count).map { Plane(weightPerSiemens: $0 < count ? share : -share, line: 0) }
      lineWeights = [weightLimit]
      step = 0
    case .referenceColumn, .digitalOffset:
      planes = (0..<count).map { _ in Plane(weightPerSiemens: 2 * share, line: 0) }
      lineWeights = [mapping.scheme == .digitalOffset ? 2 * weightLimit : weightLimit]
      step = 0
    case .bitSlices(let slices):
      let step = weightLimit / Double(slices.largestCode)
      let full = (0..<slices.sliceCount).map {
        step * Double(slices.largestDigit(slice: $0) << ($0 * slices.deviceBits))
      }
      let signs = slices.signs == .pairs ? [1.0, -1.0] : [1.0]
      planes = signs.flatMap { sign in
        full.enumerated().map { Plane(weightPerSiemens: sign * $1 / (device.on - device.off), line: $0) }
      }
      lineWeights = full
      self.step = step
    }
    let lines = planes.map(\.line)
    linePlanes = lineWeights.indices.map { line in lines.indices.filter { lines[$0] == line } }
  }

  var lineCount: Int { lineWeights.count }

  /// The slices of a digital weight; `nil` for analog weights.
  var slices: BitSlices? {
    guard case .bitSlices(let slices) = mapping.scheme else { return nil }
    return slices
  }

  /// Whether the sums of a line cannot be negative.
  var isUnsigned: Bool {
    switch mapping.scheme {
    case .differentialPair, .referenceColumn: false
    case .digitalOffset: true
    case .bitSlices(let slices): slices.signs == .twosComplement
    }
  }

  /// Whether something is left to do behind the converters but for adding tiles.
  var isFinishedDigitally: Bool {
    lineCount > 1 || isUnsigned || mapping.storesComplements || mapping.rangeScaling != .none
  }

  /// State that the references of a tile are at; `nil` without references.
  var referenceState: Double? {
    guard mapping.hasReferences else { return nil }
    return slices == nil ? off + range / 2 : off
  }

  /// State that stands for 0 where nothing is subtracted ahead of the converter.
  var zero: Double {
    switch mapping.scheme {
    case .digitalOffset: off + range / 2
    default: 0
    }
  }

  /// Weight of the states that stand for 0, where nothing takes it away ahead of the converters.
  var currentOfZero: Double { planes.reduce(0) { $0 + $1.weightPerSiemens * zero } }

  // MARK: Digital weights

  /// The integer nearest to a weight.
  func code(of weight: Double) -> Int {
    guard let slices, weight.isFinite else { return 0 }
    let largest = Double(slices.largestCode)
    return Int(min(max((weight / step).rounded(), -largest), largest))
  }

  /// Digits of each plane that hold an integer.
  func digits(of code: Int, isComplement: Bool) -> [Int] {
    guard let slices else { return [] }
    guard slices.signs == .pairs else {
      let number = code < 0 ? code + 1 << slices.weightBits : code
      return slices.digits(of: isComplement ? (1 << slices.weightBits) - 1 - number : number)
    }
    return slices.digits(of: max(code, 0)) + slices.digits(of: max(-code, 0))
  }

  /// The integer that digits of each plane hold.
  func code(digits: [Int], isNegative: Bool, isComplement: Bool) -> Int {
    guard let slices else { return 0 }
    guard slices.signs == .pairs else {
      let number = min(slices.number(digits), (1 << slices.weightBits) - 1)
      return (isComplement ? (1 << slices.weightBits) - 1 - number : number) - (isNegative ? 1 << slices.weightBits : 0)
    }
    return slices.number(digits.prefix(slices.sliceCount)) - slices.number(digits.suffix(slices.sliceCount))
  }

  /// State that holds a digit of a plane.
  func state(digit: Int, plane: Int) -> Double { off + range * Double(digit) / largestDigit(plane: plane) }

  /// The digit of a plane that a state is nearest to.
  func digit(state: Double, plane: Int) -> Int {
    let largest = largestDigit(plane: plane)
    let digit = (state - off) / range * largest
    return digit.isFinite ? Int(min(max(digit.rounded(), 0), largest)) : 0
  }

  /// Largest digit of a plane.
  func largestDigit(plane: Int) -> Double { Double(slices?.largestDigit(slice: planes[plane].line) ?? 1) }

  /// What is known digitally of a two's complement weight, in weight units.
  func digitalWeight(isNegative: Bool, isComplement: Bool) -> Double {
    guard let slices, slices.signs == .twosComplement else { return 0 }
    let most = 1 << slices.weightBits
    return step * Double((isNegative ? most : 0) - (isComplement ? most - 1 : 0))
  }
}
