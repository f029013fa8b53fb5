import Glibc

/// A way by which the bytes of a live stream come.
public enum ByteTransport: Sendable, Equatable, CustomStringConvertible {
  /// Connects to a program that sends.
  case tcpClient(NetworkAddress, afterPeer: AfterPeer)
  /// Waits for a program to connect and send; one at a time.
  case tcpServer(NetworkAddress, afterPeer: AfterPeer)
  /// Standard input.
  case standardInput
  /// A named pipe.
  case pipe(path: String, afterPeer: AfterPeer)
  /// A file that another program writes to: what it holds, then what is added to it, until the source is stopped.
  ///
  /// A file that is cut short or replaced by another of the same name is read from its beginning. One that is cut and has grown
  /// beyond its former length within 20 ms cannot be told from one that only grew.
  case follow(path: String)

  /// What to do when the program at the other side ends.
  public enum AfterPeer: Sendable, Equatable {
    /// End the stream.
    case end
    /// Wait for the next, or connect again, after 0.1 s, 0.2 s and so on up to 5 s. Its bytes are a stream from the beginning.
    case reconnect
  }

  /// The address or path, with the way.
  public var description: String {
    switch self {
    case .tcpClient(let address, _): "tcp to \(address)"
    case .tcpServer(let address, _): "tcp on \(address)"
    case .standardInput: "standard input"
    case .pipe(let path, _): "pipe \(path)"
    case .follow(let path): path
    }
  }

  /// Opens what can be opened without waiting for anybody.
  func open() throws(RecordingError) -> any ByteInput {
    switch self {
    case .tcpClient(let address, let afterPeer):
      return PeerInput(try ConnectingPeer(address, stream: description), stream: description, afterPeer: afterPeer)
    case .tcpServer(let address, let afterPeer):
      return PeerInput(try ListeningPeer(address, stream: description), stream: description, afterPeer: afterPeer)
    case .standardInput:
      return PeerInput(StandardInputPeer(), stream: description, afterPeer: .end)
    case .pipe(let path, let afterPeer):
      return PeerInput(try PipePeer(path: path), stream: description, afterPeer: afterPeer)
    case .follow(let path):
      return try FollowedFile(path: path)
    }
  }
}

/// Bytes that come over time; used by one thread.
protocol ByteInput: AnyObject, Sendable {
  /// The port that peers connect to; `nil` where there is none.
  var port: Int? { get }

  /// Waits for bytes.
  /// - Throws: `RecordingError.live` or `.unreadable`; nothing more comes then.
  func read(into buffer: UnsafeMutableRawBufferPointer, stop: StopSignal) throws(RecordingError) -> ByteArrival
}

/// What waiting for bytes gave.
enum ByteArrival: Equatable {
  /// So many bytes, at least one.
  case bytes(Int)
  /// What follows is a stream from its beginning; the text says why.
  case beginning(String)
  /// There is nothing more to come.
  case ended
  /// The signal was raised.
  case stopped
}
