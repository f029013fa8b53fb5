import Glibc

/// A host, by name or IPv4 address, and a port.
public struct NetworkAddress: Sendable, Equatable, CustomStringConvertible {
  /// Name or IPv4 address; `0.0.0.0` to receive on all interfaces.
  public let host: String
  /// Port, 0 to 65 535; 0 lets the system choose a free one to receive on.
  public let port: Int

  /// Checks and sets both.
  /// - Throws: `RecordingError.setting`.
  public init(host: String, port: Int) throws(RecordingError) {
    guard !host.isEmpty, (0...65_535).contains(port) else {
      throw RecordingError.setting(
        name: "network address", expected: "HOST:PORT with a port of 0 to 65535", found: "'\(host):\(port)'")
    }
    self.host = host
    self.port = port
  }

  /// Reads "HOST:PORT".
  /// - Throws: `RecordingError.setting`.
  public init(_ text: String) throws(RecordingError) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, let port = Int(parts[1]) else {
      throw RecordingError.setting(
        name: "network address", expected: "HOST:PORT such as 127.0.0.1:3333", found: "'\(text)'")
    }
    try self.init(host: String(parts[0]), port: port)
  }

  /// "HOST:PORT".
  public var description: String { "\(host):\(port)" }

  /// Looks the host up.
  /// - Throws: `RecordingError.live`.
  func resolve(stream: String) throws(RecordingError) -> sockaddr_in {
    var hints = addrinfo()
    hints.ai_family = AF_INET
    var list: UnsafeMutablePointer<addrinfo>?
    let failure = getaddrinfo(host, nil, &hints, &list)
    defer { if let list { freeaddrinfo(list) } }
    guard failure == 0, let found = list?.pointee.ai_addr else {
      throw RecordingError.live(
        stream: stream, reason: String(cString: gai_strerror(failure)), advice: "check the name of the host")
    }
    var address = found.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { $0.pointee }
    address.sin_port = UInt16(port).bigEndian
    return address
  }
}

/// A socket, a pipe or another descriptor to wait for, closed with its owner.
final class LiveDescriptor: Sendable {
  let descriptor: Int32
  /// Names the stream in errors.
  let stream: String

  /// Takes over an open descriptor.
  init(descriptor: Int32, stream: String) {
    (self.descriptor, self.stream) = (descriptor, stream)
  }

  /// Opens a socket of a type such as `SOCK_DGRAM`.
  convenience init(_ type: __socket_type, stream: String) throws(RecordingError) {
    let descriptor = socket(AF_INET, Int32(type.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else {
      throw RecordingError.live(
        stream: stream, reason: ByteReader.lastReason(), advice: "raise the limit of open files (ulimit -n)")
    }
    self.init(descriptor: descriptor, stream: stream)
  }

  deinit {
    close(descriptor)
  }

  /// Sets an option whose value is an integer; returns whether the system took it.
  @discardableResult
  func set(_ option: Int32, _ value: Int32) -> Bool {
    var value = value
    return setsockopt(descriptor, SOL_SOCKET, option, &value, socklen_t(MemoryLayout<Int32>.size)) == 0
  }

  /// An option whose value is an integer.
  func option(_ option: Int32) -> Int32 {
    var value: Int32 = 0
    var size = socklen_t(MemoryLayout<Int32>.size)
    getsockopt(descriptor, SOL_SOCKET, option, &value, &size)
    return value
  }

  /// Binds the socket to an address of this machine.
  func bind(_ address: NetworkAddress) throws(RecordingError) {
    var resolved = try address.resolve(stream: stream)
    let status = Self.withAddress(&resolved) { Glibc.bind(descriptor, $0, $1) }
    guard status == 0 else {
      throw RecordingError.live(
        stream: stream, reason: ByteReader.lastReason(),
        advice: "receive on an address of this machine and a port that no other program uses")
    }
  }

  /// Calls connect(2) once; returns 0 or the error number.
  func connect(to address: inout sockaddr_in) -> Int32 {
    Self.withAddress(&address) { Glibc.connect(descriptor, $0, $1) } == 0 ? 0 : errno
  }

  /// The port it is bound to.
  var port: Int {
    var address = sockaddr_in()
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    _ = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &size) }
    }
    return Int(UInt16(bigEndian: address.sin_port))
  }

  /// Makes calls return at once instead of waiting.
  func makeNonBlocking() {
    _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
  }

  private static func withAddress(
    _ address: inout sockaddr_in, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
  ) -> Int32 {
    withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
    }
  }
}
