import Glibc

/// Many datagrams in one call of the system.
///
/// The calls are GNU's, which the Glibc module does not declare, so they are looked up by name.
struct DatagramBurst: ~Copyable {
  /// The C structure `mmsghdr`.
  private struct Message {
    var header = msghdr()
    var length: UInt32 = 0
  }

  private typealias Call =
    @convention(c) (
      Int32, UnsafeMutableRawPointer, UInt32, Int32, UnsafeMutableRawPointer?
    ) -> Int32

  let count: Int
  private let datagramSize: Int
  private let messages: UnsafeMutablePointer<Message>
  private let vectors: UnsafeMutablePointer<iovec>
  private let bytes: UnsafeMutableRawPointer

  private static let receive = lookUp("recvmmsg")
  private static let send = lookUp("sendmmsg")

  private static func lookUp(_ name: String) -> Call {
    guard let symbol = dlsym(nil, name) else { preconditionFailure("this C library has no \(name)") }
    return unsafeBitCast(symbol, to: Call.self)
  }

  /// Room for `count` datagrams of `datagramSize` bytes.
  init(count: Int, datagramSize: Int) {
    self.count = count
    self.datagramSize = datagramSize
    bytes = .allocate(byteCount: count * datagramSize, alignment: 64)
    vectors = .allocate(capacity: count)
    messages = .allocate(capacity: count)
    for index in 0..<count {
      vectors[index] = iovec(iov_base: bytes + index * datagramSize, iov_len: datagramSize)
      var message = Message()
      message.header.msg_iov = vectors + index
      message.header.msg_iovlen = 1
      messages.advanced(by: index).initialize(to: message)
    }
  }

  deinit {
    messages.deallocate()
    vectors.deallocate()
    bytes.deallocate()
  }

  /// Where a datagram is.
  subscript(index: Int) -> UnsafeMutableRawBufferPointer {
    UnsafeMutableRawBufferPointer(start: bytes + index * datagramSize, count: datagramSize)
  }

  /// The bytes of a datagram that was received.
  func received(_ index: Int) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: bytes + index * datagramSize, count: Int(messages[index].length))
  }

  /// Whether a datagram that was received had more bytes than there was room for.
  func isCut(_ index: Int) -> Bool {
    messages[index].header.msg_flags & Int32(MSG_TRUNC) != 0
  }

  /// Sets the length of a datagram to send.
  func setLength(_ length: Int, of index: Int) {
    vectors[index].iov_len = length
  }

  /// The length of a datagram to send.
  func length(of index: Int) -> Int { vectors[index].iov_len }

  /// Receives what waits; returns the number of datagrams or −1 with `errno`.
  func receive(from socket: LiveDescriptor) -> Int {
    Int(Self.receive(socket.descriptor, messages, UInt32(count), Int32(MSG_DONTWAIT), nil))
  }

  /// Sends some of the datagrams at `range`, at least one; returns their number or −1 with `errno`.
  func send(_ range: Range<Int>, to socket: LiveDescriptor) -> Int {
    Int(
      Self.send(
        socket.descriptor, messages + range.lowerBound, UInt32(range.count), Int32(MSG_NOSIGNAL), nil))
  }
}

extension LiveDescriptor {
  /// Opens a socket that receives datagrams, with a buffer of the kernel of this many bytes or as many as the system allows.
  static func datagrams(on address: NetworkAddress, bufferSize: Int, stream: String) throws(RecordingError)
    -> LiveDescriptor
  {
    let socket = try LiveDescriptor(SOCK_DGRAM, stream: stream)
    let size = Int32(clamping: bufferSize)
    // Beyond the limit of the system only with its permission.
    if !socket.set(SO_RCVBUFFORCE, size) { socket.set(SO_RCVBUF, size) }
    try socket.bind(address)
    return socket
  }

  /// Datagrams that the kernel had no room for, from the statistics that `SO_MEMINFO` gives, which need no further datagram to tell
  /// as `SO_RXQ_OVFL` does; `nil` where the kernel has none.
  var droppedDatagrams: Int? {
    // SK_MEMINFO_DROPS of linux/sock_diag.h.
    let index = 8
    var statistics = [UInt32](repeating: 0, count: 16)
    var size = socklen_t(statistics.count * MemoryLayout<UInt32>.size)
    guard getsockopt(descriptor, SOL_SOCKET, SO_MEMINFO, &statistics, &size) == 0,
      Int(size) > index * MemoryLayout<UInt32>.size
    else { return nil }
    return Int(statistics[index])
  }
}
