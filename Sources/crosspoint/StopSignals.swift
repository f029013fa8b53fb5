import Glibc
import Synchronization

/// Turns SIGINT and SIGTERM into a request to stop after the present sample. A second signal ends at once.
enum StopSignals {
  private static let received = Atomic<Int32>(0)

  /// Catches the signals from here on.
  static func install() {
    for number in [SIGINT, SIGTERM] {
      signal(number) { number in
        StopSignals.received.store(number, ordering: .relaxed)
        signal(number, SIG_DFL)
      }
    }
  }

  /// The signal received, if any.
  static var pending: Int32? {
    let number = received.load(ordering: .relaxed)
    return number == 0 ? nil : number
  }
}
