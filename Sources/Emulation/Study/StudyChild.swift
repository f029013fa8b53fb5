import Foundation

/// What ties the processes of a study to it: none works on after the process that started it is gone.
///
/// Every child holds a shared lock in the folder of the study while it lives, and looks for its parent only after it has the lock.
/// So a process that has the study to itself, and has had this lock alone once, knows that no child of an earlier process is at
/// work there or still to begin.
public enum StudyChild {
  /// Names the parent and the folder of the study to a child, as `PID FOLDER`.
  private static let variable = "CROSSPOINT_STUDY"
  private static let lockName = ".study-children"
  /// Longest wait for children to save and end, s.
  private static let longestWait = 60.0

  /// The variables of a child, among those of this process.
  static func environment(folder: String) -> [String: String] {
    var environment = ProcessInfo.processInfo.environment
    environment[variable] = "\(getpid()) \(folder)"
    return environment
  }

  /// Waits until the children of an earlier process of the study have saved and ended.
  /// - Throws: `StudyError.locked` when they do not, `EmulationError.fileAccess`.
  static func waitForOthers(in folder: String) throws {
    let start = SessionClock.now
    while true {
      do {
        _ = try FileLock.alone(path: "\(folder)/\(lockName)")
        return
      } catch {
        if case .unavailable(let reason) = error {
          throw EmulationError.fileAccess(path: folder, action: "write into", reason: reason)
        }
      }
      guard SessionClock.now - start < longestWait else { throw StudyError.locked(folder: folder) }
      usleep(50_000)
    }
  }

  /// Joins the study that started this process, if one did; to be called before anything else.
  ///
  /// Ends this process where that study is gone, and asks it by SIGTERM to save and end when the study goes later.
  public static func joinStudy() {
    guard let text = getenv(variable).map({ String(cString: $0) }) else { return }
    let parts = text.split(separator: " ", maxSplits: 1)
    guard parts.count == 2, let parent = Int32(parts[0]) else { return }
    guard let lock = try? FileLock(path: "\(parts[1])/\(lockName)", create: false),
      (try? lock.takeShared()) != nil, getppid() == parent
    else { exit(128 + SIGTERM) }
    // Held until the process ends.
    _ = Unmanaged.passRetained(lock)
    let watcher = Thread {
      while getppid() == parent { usleep(200_000) }
      kill(getpid(), SIGTERM)
    }
    watcher.start()
  }
}
