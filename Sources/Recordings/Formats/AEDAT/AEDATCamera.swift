/// A camera of iniVation whose addresses older recordings hold: they do not state its size, only its name.
public enum AEDATCamera: String, Sendable, Equatable, CaseIterable {
  /// DVS128, 128 × 128 pixels, events only.
  case dvs128
  /// DAVIS128, 128 × 128 pixels, events, frames and motion.
  case davis128
  /// DAVIS240 A, B and C, 240 × 180 pixels, events, frames and motion.
  case davis240
  /// DAVIS346 of any make, 346 × 260 pixels, events, frames and motion.
  case davis346

  /// The camera of a name such as "DVS128", "DAVIS240C" or "eu.seebetter.ini.chips.davis.Davis346blue"; `nil` if it is none.
  public init?(name: String) {
    let last = name.split(separator: ".").last?.lowercased() ?? ""
    guard let camera = Self.allCases.first(where: { last.hasPrefix($0.rawValue) }) else { return nil }
    self = camera
  }

  /// Pixels in a row.
  public var width: Int {
    switch self {
    case .dvs128, .davis128: 128
    case .davis240: 240
    case .davis346: 346
    }
  }

  /// Pixels in a column.
  public var height: Int {
    switch self {
    case .dvs128, .davis128: 128
    case .davis240: 180
    case .davis346: 260
    }
  }

  /// Width and height.
  public var sensor: SensorSize? { try? SensorSize(width: width, height: height) }
  /// All names, for messages.
  static var names: String { allCases.map(\.rawValue).joined(separator: ", ") }
}
