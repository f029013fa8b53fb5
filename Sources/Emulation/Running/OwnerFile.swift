import Foundation

/// A file that names the process a folder belongs to, where the file system has no locks.
///
/// The file of a process of this machine that has ended is recognised and replaced. Whether a process of another machine still
/// runs cannot be known from here: that takes a person, who is told what to look at.
final class OwnerFile: Sendable {
  private let path: String

  /// Makes the file.
  init(path: String) throws(FileLock.Refusal) {
    self.path = path
    let mine = Owner.current.text
    for _ in 0..<2 {
      let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
      if descriptor >= 0 {
        let written = write(descriptor, mine, mine.utf8.count)
        guard close(descriptor) == 0, written == mine.utf8.count else {
          unlink(path)
          throw .unavailable(reason: "its owner cannot be written down: " + String(cString: strerror(errno)))
        }
        return
      }
      guard errno == EEXIST else { throw .unavailable(reason: String(cString: strerror(errno))) }
      try Self.removeIfStale(path)
    }
    throw .held
  }

  deinit { unlink(path) }

  /// Takes away the file of a process that has ended.
  private static func removeIfStale(_ path: String) throws(FileLock.Refusal) {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return }
    guard let owner = Owner(text) else {
      throw .unavailable(reason: "\(path) does not say whose it is; if nothing runs there, delete it")
    }
    guard owner.host == Owner.current.host else {
      throw .unavailable(
        reason: "process \(owner.process) of \(owner.host) has it; if that has ended, delete \(path)")
    }
    guard !owner.isRunning else { throw .held }
    // Another process may have replaced the file since it was read: only the one that was read may go.
    let aside = "\(path).\(getpid())"
    guard rename(path, aside) == 0 else { return }
    if (try? String(contentsOfFile: aside, encoding: .utf8)) != text { link(aside, path) }
    unlink(aside)
  }
}

/// A process, told apart from a later one of the same number.
struct Owner: Equatable {
  var host: String
  var process: Int32
  /// Since the machine was started, in clock ticks, and which start of the machine that was.
  var birth: String

  static var current: Owner {
    Owner(host: ProcessInfo.processInfo.hostName, process: getpid(), birth: birth(of: getpid()) ?? "unknown")
  }

  init(host: String, process: Int32, birth: String) {
    self.host = host
    self.process = process
    self.birth = birth
  }

  init?(_ text: String) {
    let words = text.split(whereSeparator: \.isWhitespace)
    guard words.count == 3, let process = Int32(words[1]), process > 0 else { return nil }
    self.init(host: String(words[0]), process: process, birth: String(words[2]))
  }

  var text: String { "\(host) \(process) \(birth)\n" }

  var isRunning: Bool { Self.birth(of: process) == birth }

  /// - Reference: proc_pid_stat(5), field 22.
  private static func birth(of process: Int32) -> String? {
    guard let stat = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
      let boot = try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8),
      let end = stat.lastIndex(of: ")")
    else { return nil }
    let fields = stat[end...].split(separator: " ")
    guard fields.count > 20 else { return nil }
    return "\(boot.prefix(8))-\(fields[20])"
  }
}
