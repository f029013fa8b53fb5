import Foundation
import Synchronization

/// Turns SIGINT, SIGTERM and SIGUSR1, by which schedulers announce the end of a job, into a request to stop after the present
/// sample. A second signal ends at once.
enum StopSignals {
  private static let received = Atomic<Int32>(0)

  /// Catches the signals from here on.
  static func install() {
    // A parent may start programs with these blocked, as the worker threads of a Swift server do.
    var numbers = sigset_t()
    sigemptyset(&numbers)
    for number in [SIGINT, SIGTERM, SIGUSR1] {
      sigaddset(&numbers, number)
      signal(number) { number in
        StopSignals.received.store(number, ordering: .relaxed)
        signal(number, SIG_DFL)
      }
    }
    pthread_sigmask(SIG_UNBLOCK, &numbers, nil)
  }

  /// The signal received, if any.
  static var pending: Int32? {
    let number = received.load(ordering: .relaxed)
    return number == 0 ? nil : number
  }
}
