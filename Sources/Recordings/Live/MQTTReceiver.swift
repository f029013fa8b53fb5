import CMosquitto
import Glibc

/// A topic of an MQTT broker to receive samples from.
public struct MQTTTopic: Sendable, Equatable, CustomStringConvertible {
  /// The broker; its port is 1883 by custom.
  public var broker: NetworkAddress
  /// The topic, which may have the wildcards `+` and `#`.
  public var topic: String
  /// Quality of service that is asked for: 0 at most once, 1 at least once, 2 exactly once.
  public var qualityOfService: Int
  /// Name to log in with; `nil` for none.
  public var user: String?
  /// Password to log in with; `nil` for none.
  public var password: String?

  /// Checks and sets all fields.
  /// - Throws: `RecordingError.setting`.
  public init(
    broker: NetworkAddress, topic: String, qualityOfService: Int = 0, user: String? = nil, password: String? = nil
  ) throws(RecordingError) {
    guard (0...2).contains(qualityOfService) else {
      throw RecordingError.setting(
        name: "quality of service of MQTT", expected: "0, 1 or 2", found: "\(qualityOfService)")
    }
    guard mosquitto_sub_topic_check(topic) == MOSQ_ERR_SUCCESS.code else {
      throw RecordingError.setting(
        name: "topic of MQTT", expected: "levels with / between, + for one level, # at the end for all that follow",
        found: "'\(topic)'")
    }
    (self.broker, self.topic, self.qualityOfService) = (broker, topic, qualityOfService)
    (self.user, self.password) = (user, password)
  }

  /// Topic and broker.
  public var description: String { "mqtt topic '\(topic)' of \(broker)" }
}

/// Receives the messages of a topic into a queue; used by one thread, which all calls of the client library are made from.
final class MQTTReceiver: @unchecked Sendable {
  private let topic: MQTTTopic
  private let payload: SamplePayload
  private let queue: BoundedSampleQueue
  private let state: LiveState
  private let clock: ArrivalClock

  private var timeline: LiveTimeline
  private var counts = LiveCounts()
  private var values: [Float] = []
  private var connectionCount = 0
  private var delay = MQTTReceiver.shortestDelay
  private var refusal: String?

  /// In ms.
  private static let shortestDelay: Int32 = 100
  private static let longestDelay: Int32 = 5_000
  /// Longest time until a signal to stop is seen, in ms; the library wakes for messages at once.
  private static let patience: Int32 = 100
  /// Seconds of silence after which the broker is asked whether it is there.
  private static let keepAlive: Int32 = 15

  private static let isLibraryReady = mosquitto_lib_init() == MOSQ_ERR_SUCCESS.code

  init(
    topic: MQTTTopic, payload: SamplePayload, queue: BoundedSampleQueue, state: LiveState, clock: ArrivalClock
  ) {
    (self.topic, self.payload) = (topic, payload)
    (self.queue, self.state, self.clock) = (queue, state, clock)
    timeline = LiveTimeline(payload.hasTime ? .sender : .arrival)
  }

  /// Receives until the signal is raised, connecting again whenever the connection breaks.
  func run(stop: StopSignal) {
    guard Self.isLibraryReady,
      let client = mosquitto_new(nil, true, Unmanaged.passUnretained(self).toOpaque())
    else {
      return queue.finish(
        .live(stream: "\(topic)", reason: "the MQTT client library does not start", advice: "free some memory"))
    }
    defer { mosquitto_destroy(client) }
    prepare(client)
    while !stop.isRaised {
      serve(client, stop: stop)
      guard case .timeout = stop.wait(nil, milliseconds: delay) else { break }
      delay = min(delay * 2, Self.longestDelay)
    }
    mosquitto_disconnect(client)
    queue.finish(nil)
  }

  private func prepare(_ client: OpaquePointer) {
    if let user = topic.user { mosquitto_username_pw_set(client, user, topic.password) }
    mosquitto_connect_callback_set(client) { client, receiver, answer in
      MQTTReceiver.from(receiver)?.connected(client, answer: answer)
    }
    mosquitto_message_callback_set(client) { _, receiver, message in
      guard let message else { return }
      MQTTReceiver.from(receiver)?.receive(message.pointee)
    }
  }

  /// Connects and handles what comes until the connection breaks.
  private func serve(_ client: OpaquePointer, stop: StopSignal) {
    var status = mosquitto_connect_async(client, topic.broker.host, Int32(topic.broker.port), Self.keepAlive)
    while status == MOSQ_ERR_SUCCESS.code, !stop.isRaised {
      status = mosquitto_loop(client, Self.patience, 1)
    }
    guard !stop.isRaised else { return }
    let reason = status == MOSQ_ERR_ERRNO.code ? ByteReader.lastReason() : String(cString: mosquitto_strerror(status))
    state.notice("\(topic): \(refusal ?? reason); connecting again")
    refusal = nil
  }

  private func connected(_ client: OpaquePointer?, answer: Int32) {
    guard answer == 0 else {
      refusal = String(cString: mosquitto_connack_string(answer))
      return
    }
    connectionCount += 1
    delay = Self.shortestDelay
    if connectionCount > 1 {
      counts.restarts += 1
      timeline.beginSession()
      report()
    }
    mosquitto_subscribe(client, nil, topic.topic, Int32(topic.qualityOfService))
  }

  private func receive(_ message: mosquitto_message) {
    let bytes = UnsafeRawBufferPointer(start: message.payload, count: Int(message.payloadlen))
    counts.datagrams += 1
    counts.bytes += bytes.count
    let (time, isValid) = payload.decode(bytes, into: &values)
    if message.retain {
      // What the broker kept of the time before, and sends at every connection.
      counts.lateDatagrams += 1
    } else if !isValid {
      counts.malformed += 1
    } else {
      counts.events += 1
      let arrival = clock.now()
      let placed = timeline.place(time ?? arrival, arrival: arrival)
      report()
      return queue.put(time: placed, values: values)
    }
    report()
  }

  private func report() {
    counts.clockRestarts = timeline.clockRestarts
    state.update { report in
      report.counts = counts
      report.timestampCounts.backward = timeline.backward
      report.timestampCounts.clamped = timeline.backward
    }
  }

  private static func from(_ pointer: UnsafeMutableRawPointer?) -> MQTTReceiver? {
    pointer.map { Unmanaged<MQTTReceiver>.fromOpaque($0).takeUnretainedValue() }
  }
}

extension mosq_err_t {
  /// The status as the calls of the library return it.
  fileprivate var code: Int32 { Int32(bitPattern: UInt32(truncatingIfNeeded: rawValue)) }
}
