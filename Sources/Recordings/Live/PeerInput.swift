import Glibc

/// A program at the other side, which may go and come again; used by one thread.
protocol Peer: AnyObject, Sendable {
  /// The port that it connects to; `nil` where there is none.
  var port: Int? { get }
  /// Whether the next attempt waits a while, so that a peer that refuses or leaves at once is not pressed.
  var isPatient: Bool { get }

  /// Waits for the peer.
  /// - Returns: A connection, or `nil` if it was stopped.
  /// - Throws: `RecordingError.live` if the peer is not there.
  func connect(stop: StopSignal) throws(RecordingError) -> LiveDescriptor?
}

/// The bytes of one peer after another.
final class PeerInput: ByteInput, @unchecked Sendable {
  var port: Int? { peer.port }

  private let peer: any Peer
  private let stream: String
  private let afterPeer: ByteTransport.AfterPeer
  private var connection: LiveDescriptor?
  private var hasBeenConnected = false
  /// Whether the connection follows another and nothing of it was seen yet.
  private var isUnannounced = false
  private var delay = PeerInput.shortestDelay

  /// In ms.
  private static let shortestDelay: Int32 = 100
  private static let longestDelay: Int32 = 5_000

  init(_ peer: any Peer, stream: String, afterPeer: ByteTransport.AfterPeer) {
    (self.peer, self.stream, self.afterPeer) = (peer, stream, afterPeer)
  }

  func read(into buffer: UnsafeMutableRawBufferPointer, stop: StopSignal) throws(RecordingError) -> ByteArrival {
    while true {
      guard let connection else {
        guard try connect(stop: stop) else { return .stopped }
        continue
      }
      if case .stopped = stop.wait(connection.descriptor) { return .stopped }
      if isUnannounced {
        isUnannounced = false
        return .beginning("\(stream): connected again")
      }
      let count = Glibc.read(connection.descriptor, buffer.baseAddress, buffer.count)
      if count > 0 {
        delay = Self.shortestDelay
        return .bytes(count)
      }
      let failure = errno
      if count < 0, failure == EINTR || failure == EAGAIN { continue }
      self.connection = nil
      switch afterPeer {
      case .reconnect:
        if peer.isPatient, case .stopped = pause(stop) { return .stopped }
      case .end where count == 0:
        return .ended
      case .end:
        throw RecordingError.live(
          stream: stream, reason: String(cString: strerror(failure)),
          advice: "start the sender again, or let the source connect again by itself")
      }
    }
  }

  /// Waits for a connection; returns `false` if it was stopped.
  private func connect(stop: StopSignal) throws(RecordingError) -> Bool {
    while true {
      do {
        connection = try peer.connect(stop: stop)
        guard connection != nil else { return false }
        isUnannounced = hasBeenConnected
        hasBeenConnected = true
        return true
      } catch {
        guard afterPeer == .reconnect else { throw error }
        if case .stopped = pause(stop) { return false }
      }
    }
  }

  private func pause(_ stop: StopSignal) -> StopSignal.Wake {
    defer { delay = min(delay * 2, Self.longestDelay) }
    return stop.wait(nil, milliseconds: delay)
  }
}

/// A server to connect to.
final class ConnectingPeer: Peer, @unchecked Sendable {
  let port: Int? = nil
  let isPatient = true

  private let stream: String
  private var address: sockaddr_in

  /// Longest time to wait for an answer, in ms.
  private static let patience: Int32 = 5_000

  init(_ address: NetworkAddress, stream: String) throws(RecordingError) {
    self.stream = stream
    self.address = try address.resolve(stream: stream)
  }

  func connect(stop: StopSignal) throws(RecordingError) -> LiveDescriptor? {
    let socket = try LiveDescriptor(SOCK_STREAM, stream: stream)
    socket.makeNonBlocking()
    // A peer whose machine vanished is noticed in time.
    socket.set(SO_KEEPALIVE, 1)
    var failure = socket.connect(to: &address)
    if failure == EINPROGRESS {
      switch stop.wait(socket.descriptor, for: POLLOUT, milliseconds: Self.patience) {
      case .stopped: return nil
      case .timeout: failure = ETIMEDOUT
      case .ready: failure = socket.option(SO_ERROR)
      }
    }
    guard failure == 0 else {
      throw RecordingError.live(
        stream: stream, reason: String(cString: strerror(failure)),
        advice: "start the sender first, or let the source connect again by itself")
    }
    return socket
  }
}

/// Clients that connect, one after another.
final class ListeningPeer: Peer {
  let isPatient = false
  var port: Int? { listener.port }

  private let listener: LiveDescriptor

  init(_ address: NetworkAddress, stream: String) throws(RecordingError) {
    listener = try LiveDescriptor(SOCK_STREAM, stream: stream)
    // Connections of an earlier run that the system has not forgotten yet do not keep the port.
    listener.set(SO_REUSEADDR, 1)
    try listener.bind(address)
    listener.makeNonBlocking()
    guard listen(listener.descriptor, 8) == 0 else {
      throw RecordingError.live(
        stream: stream, reason: ByteReader.lastReason(), advice: "choose a port that no other program uses")
    }
  }

  func connect(stop: StopSignal) throws(RecordingError) -> LiveDescriptor? {
    while true {
      if case .stopped = stop.wait(listener.descriptor) { return nil }
      let descriptor = accept(listener.descriptor, nil, nil)
      if descriptor >= 0 {
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        let socket = LiveDescriptor(descriptor: descriptor, stream: listener.stream)
        socket.makeNonBlocking()
        socket.set(SO_KEEPALIVE, 1)
        return socket
      }
      // Clients that were gone again before they were met are no failure.
      guard [EINTR, EAGAIN, ECONNABORTED, EPROTO].contains(errno) else {
        throw RecordingError.live(
          stream: listener.stream, reason: ByteReader.lastReason(), advice: "raise the limit of open files (ulimit -n)")
      }
    }
  }
}

/// Whoever writes to standard input.
final class StandardInputPeer: Peer {
  let port: Int? = nil
  let isPatient = false

  func connect(stop: StopSignal) throws(RecordingError) -> LiveDescriptor? {
    let descriptor = dup(STDIN_FILENO)
    guard descriptor >= 0 else {
      throw RecordingError.live(
        stream: "standard input", reason: ByteReader.lastReason(),
        advice: "start the program with an open standard input")
    }
    return LiveDescriptor(descriptor: descriptor, stream: "standard input")
  }
}

/// Whoever opens a named pipe to write.
final class PipePeer: Peer, @unchecked Sendable {
  let port: Int? = nil
  let isPatient = false

  private let path: String
  /// Open until the next is, as the system forgets what was written to a pipe that nobody has open.
  private var latest: LiveDescriptor?

  init(path: String) throws(RecordingError) {
    self.path = path
    var status = stat()
    guard stat(path, &status) == 0 else {
      throw RecordingError.unreadable(path: path, reason: ByteReader.lastReason())
    }
    guard status.st_mode & S_IFMT == S_IFIFO else {
      throw RecordingError.unreadable(path: path, reason: "it is no named pipe")
    }
  }

  func connect(stop: StopSignal) throws(RecordingError) -> LiveDescriptor? {
    let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw RecordingError.live(
        stream: "pipe \(path)", reason: ByteReader.lastReason(), advice: "check its permissions")
    }
    // The pipe is silent, not at its end, until somebody has opened it to write.
    latest = LiveDescriptor(descriptor: descriptor, stream: path)
    return latest
  }
}
