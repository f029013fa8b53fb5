import Foundation

/// The machine this program runs on.
enum Machine {
  /// Processor and operating system.
  static var name: String { "\(processor), \(ProcessInfo.processInfo.operatingSystemVersionString)" }

  private static var processor: String {
    let lines = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8))?.split(separator: "\n") ?? []
    let model = lines.first { $0.hasPrefix("model name") }?.split(separator: ":").last
    return model.map { $0.trimmingCharacters(in: .whitespaces) } ?? "unknown processor"
  }
}
