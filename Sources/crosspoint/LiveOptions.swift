import ArgumentParser
import Recordings
import Reporting

/// Options that say where live events or samples come from.
struct LiveOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Receive datagrams on this port, 0 for a free one.", valueName: "[host:]port"))
  var udp: String?

  @Option(help: ArgumentHelp("Connect to this program and receive bytes.", valueName: "host:port"))
  var tcp: String?

  @Option(
    help: ArgumentHelp("Wait on this port for a program that connects and sends.", valueName: "[host:]port"))
  var serveTcp: String?

  @Flag(help: "Read standard input.")
  var stdin = false

  @Option(help: ArgumentHelp("Read a file that grows, until Ctrl-C.", valueName: "file"))
  var follow: String?

  @Option(
    help: ArgumentHelp("Subscribe to the samples of a sensor at an MQTT broker.", valueName: "host:port/topic"))
  var mqtt: String?

  @Option(
    help: ArgumentHelp(
      "Layout of the events: \(WireName.list). crosspoint for datagrams and time64 for bytes otherwise; with --format bytes are a "
        + "recording.", valueName: "name"))
  var wire: String?

  @Option(help: "Most events that wait to be used.")
  var queue = 1 << 20

  @Option(
    help: "What to drop when the queue is full: newest, oldest or block; newest for datagrams and block else.")
  var drop: String?

  @Flag(help: "Wait for the next sender, or connect again, when one ends.")
  var reconnect = false

  @Flag(help: "Time events by their arrival, not by the clock of the sender.")
  var arrivalTimes = false

  /// How many ways were named.
  private var wayCount: Int {
    [udp, tcp, serveTcp, follow, mqtt].count { $0 != nil } + (stdin ? 1 : 0)
  }

  func validate() throws {
    guard wayCount == 1 else {
      throw ValidationError("expected one of --udp, --tcp, --serve-tcp, --stdin, --follow and --mqtt")
    }
  }

  /// Opens the events.
  /// - Parameter sensor: Size of the camera that is wanted; `nil` for that of the options or the stream.
  func events(_ reading: EventReadingOptions, sensor: SensorSize? = nil) throws -> LiveEventSource {
    let parameters = LiveEventSource.Parameters(
      sensor: sensor ?? reading.sensor, timestamps: arrivalTimes ? .arrival : .sender, queueCapacity: queue,
      dropPolicy: try dropPolicy(udp == nil ? .block : .dropNewest))
    if let udp {
      return try LiveEventSource(
        udp: try Self.address(udp), format: try WireName(option: wire ?? "crosspoint").datagrams, parameters: parameters
      )
    }
    let transport = try transport()
    return try LiveEventSource(
      bytes: transport, decoder: try decoder(transport, reading), parameters: parameters)
  }

  private func transport() throws -> ByteTransport {
    let afterPeer: ByteTransport.AfterPeer = reconnect ? .reconnect : .end
    if let tcp { return .tcpClient(try NetworkAddress(tcp), afterPeer: afterPeer) }
    if let serveTcp { return .tcpServer(try Self.address(serveTcp), afterPeer: afterPeer) }
    if let follow { return .follow(path: follow) }
    return .standardInput
  }

  private func decoder(_ transport: ByteTransport, _ reading: EventReadingOptions) throws -> any EventDecoder {
    var format = reading.format
    if format == nil, wire == nil, let follow { format = try EventFormat(ofFile: follow) }
    guard let format else {
      return WireDecoder(try WireName(option: wire ?? "time64").layout, file: transport.description)
    }
    guard let decoder = try EventRecording.decoder(of: format, file: transport.description, options: reading) else {
      throw RecordingError.setting(
        name: "--format", expected: "a format that can be read as it comes",
        found: "\(format.title), which needs a file")
    }
    return decoder
  }

  /// The topic that was named, if one was.
  func topic() throws -> MQTTTopic? {
    guard let mqtt else { return nil }
    guard let slash = mqtt.firstIndex(of: "/") else {
      throw RecordingError.setting(name: "--mqtt", expected: "HOST:PORT/TOPIC", found: "'\(mqtt)'")
    }
    return try MQTTTopic(
      broker: NetworkAddress(String(mqtt[..<slash])), topic: String(mqtt[mqtt.index(after: slash)...]))
  }

  /// What to drop.
  func dropPolicy(_ usual: DropPolicy) throws -> DropPolicy {
    switch drop {
    case nil: usual
    case "newest": .dropNewest
    case "oldest": .dropOldest
    case "block": .block
    default:
      throw RecordingError.setting(name: "--drop", expected: "newest, oldest or block", found: "'\(drop ?? "")'")
    }
  }

  /// "3333" or "HOST:3333".
  private static func address(_ text: String) throws -> NetworkAddress {
    try NetworkAddress(text.contains(":") ? text : "0.0.0.0:\(text)")
  }
}
