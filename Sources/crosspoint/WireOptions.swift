import Recordings

/// Layouts of live events, by the names that options use.
enum WireName: String, CaseIterable {
  case crosspoint
  case spif
  case spifWithoutTimes = "spif-without-times"
  case time64
  case time32

  static let list = allCases.map(\.rawValue).joined(separator: ", ")

  init(option text: String) throws {
    guard let name = WireName(rawValue: text) else {
      throw RecordingError.setting(name: "--wire", expected: "one of \(Self.list)", found: "'\(text)'")
    }
    self = name
  }

  /// The layout of events in a stream of bytes.
  var layout: WireLayout {
    switch self {
    case .crosspoint, .time64: .time64
    case .spif: .spif
    case .spifWithoutTimes: .spifWithoutTimes
    case .time32: .time32
    }
  }

  /// The layout of datagrams.
  var datagrams: DatagramFormat { self == .crosspoint ? .crosspoint : .plain(layout) }
}
