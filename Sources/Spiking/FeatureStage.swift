import Kernels

/// One layer in front of the dense layers of a network, in the notation of the field: `12c5-2a-24c3-2m`.
///
/// | notation | layer |
/// | --- | --- |
/// | `NcK`, `NcKsS`, `NcKsSpP` | N kernels of K × K places, at every S-th place (1), the image padded by P idle places (0) |
/// | `Ka` | mean of K × K places: a neuron that spikes once for every K² spikes |
/// | `Km` | any of K × K places: a spike whenever one of them spikes |
/// - Reference: the notation of S. B. Shrestha and G. Orchard, SLAYER, NeurIPS 2018.
public enum FeatureStage: Sendable, Equatable {
  /// Kernels on a crossbar.
  case convolution(kernels: Int, size: Int, stride: Int, padding: Int)
  /// One spike for every `size`² spikes.
  case meanPool(size: Int)
  /// A spike for any spike.
  case anyPool(size: Int)

  /// Most neurons of a layer, and most rows of a kernel.
  public static let mostNeurons = 1 << 22

  /// The layers of a notation such as `12c5-2a`.
  /// - Throws: `SpikingError.badFeature`.
  public static func stages(_ notation: String) throws(SpikingError) -> [FeatureStage] {
    var stages: [FeatureStage] = []
    for part in notation.split(separator: "-", omittingEmptySubsequences: false) {
      stages.append(try stage(String(part), of: notation))
    }
    return stages
  }

  private static func stage(_ part: String, of notation: String) throws(SpikingError) -> FeatureStage {
    var numbers: [Character: Int] = [:]
    var rest = part[...]
    var letter: Character = "n"
    repeat {
      let digits = rest.prefix { $0.isASCII && $0.isNumber }
      rest = rest[digits.endIndex...]
      if !digits.isEmpty {
        guard let number = Int(digits), number <= 65_536 else {
          throw .badFeature(notation: notation, part: part, reason: "has a number above 65536")
        }
        numbers[letter] = number
      }
      guard let next = rest.first else { break }
      guard "cspam".contains(next), numbers[next] == nil, next != letter else {
        throw .badFeature(
          notation: notation, part: part, reason: "has \"\(next)\" where a c, s, p, a or m may come once")
      }
      letter = next
      rest = rest.dropFirst()
      if next == "a" || next == "m" { numbers[next] = numbers["n"] }
    } while true
    func refused(_ reason: String) -> SpikingError { .badFeature(notation: notation, part: part, reason: reason) }
    guard let first = numbers["n"], first > 0 else { throw refused("does not begin with a number above 0") }
    if let size = numbers["c"], size > 0, numbers["a"] == nil, numbers["m"] == nil {
      let (stride, padding) = (numbers["s"] ?? 1, numbers["p"] ?? 0)
      guard stride > 0 else { throw refused("has a stride of 0") }
      guard padding < size else { throw refused("is padded by as much as a kernel or more") }
      return .convolution(kernels: first, size: size, stride: stride, padding: padding)
    }
    if numbers.count == 2, numbers["a"] == first { return .meanPool(size: first) }
    if numbers.count == 2, numbers["m"] == first { return .anyPool(size: first) }
    throw refused("is no layer")
  }

  /// The notation of the layer.
  public var notation: String {
    switch self {
    case .convolution(let kernels, let size, let stride, let padding):
      "\(kernels)c\(size)" + (stride == 1 ? "" : "s\(stride)") + (padding == 0 ? "" : "p\(padding)")
    case .meanPool(let size): "\(size)a"
    case .anyPool(let size): "\(size)m"
    }
  }

  /// The maps that the layer makes of an image. Places of pooled maps that do not fill a window are left out.
  /// - Throws: `SpikingError.emptyFeature`, `.tooManyNeurons`.
  public func shape(after image: ImageShape) throws(SpikingError) -> ImageShape {
    let (height, width, channels): (Int, Int, Int)
    switch self {
    case .convolution(let kernels, let size, let stride, let padding):
      func places(_ length: Int) -> Int { length + 2 * padding < size ? 0 : (length + 2 * padding - size) / stride + 1 }
      (height, width, channels) = (places(image.height), places(image.width), kernels)
      let rows = image.channels.multipliedReportingOverflow(by: size * size)
      guard !rows.overflow, rows.partialValue <= Self.mostNeurons else {
        throw .tooManyNeurons(
          part: notation, expected: Self.mostNeurons, found: rows.overflow ? .max : rows.partialValue)
      }
    case .meanPool(let size), .anyPool(let size):
      (height, width, channels) = (image.height / size, image.width / size, image.channels)
    }
    guard height > 0, width > 0 else {
      throw .emptyFeature(part: notation, height: image.height, width: image.width)
    }
    let count = (height * width).multipliedReportingOverflow(by: channels)
    guard !count.overflow, count.partialValue <= Self.mostNeurons else {
      throw .tooManyNeurons(
        part: notation, expected: Self.mostNeurons, found: count.overflow ? .max : count.partialValue)
    }
    return ImageShape(channels: channels, height: height, width: width, order: .channelsLast)
  }
}
