import Foundation
import Recordings
import Testing

/// Debian's MQTT broker on a port of this machine, for the length of a test.
private final class Broker {
  static let program = "/usr/sbin/mosquitto"
  let address: NetworkAddress
  private let folder: TemporaryFolder
  private var process: Process

  init() throws {
    let folder = try TemporaryFolder()
    let port = RawSocket(receiving: SOCK_STREAM).port
    try folder.write(Array("listener \(port) 127.0.0.1\nallow_anonymous true\n".utf8), to: "broker.conf")
    (self.folder, process) = (folder, Process())
    address = try NetworkAddress(host: "127.0.0.1", port: port)
    try start()
  }

  func start() throws {
    process = Process()
    process.executableURL = URL(fileURLWithPath: Self.program)
    process.arguments = ["-c", folder.path + "/broker.conf"]
    process.standardError = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    try process.run()
  }

  /// Kills it, as a test's threads hold back the signals that it would end by itself on.
  func stop() {
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }
}

/// Publishes by the protocol itself: MQTT 3.1.1, sections 3.1 (CONNECT) and 3.3 (PUBLISH).
private final class Publisher {
  private let socket: RawSocket

  /// Waits for the broker to be there.
  init(_ broker: Broker) {
    var socket: RawSocket
    repeat {
      usleep(5000)
      socket = RawSocket(tcpIfThere: broker.address.port)
      socket.send([0x10, 13, 0, 4] + Array("MQTT".utf8) + [4, 2, 0, 60, 0, 1, UInt8(ascii: "p")])
    } while socket.receive() != [0x20, 2, 0, 0]
    self.socket = socket
  }

  func publish(_ payload: [UInt8], to topic: String, retained: Bool = false) {
    let body = [0, UInt8(topic.utf8.count)] + Array(topic.utf8) + payload
    precondition(body.count < 128)
    socket.send([retained ? 0x31 : 0x30, UInt8(body.count)] + body)
  }

  func publish(_ payload: String, to topic: String, retained: Bool = false) {
    publish(Array(payload.utf8), to: topic, retained: retained)
  }
}

extension LiveSampleSource {
  /// Takes samples until there are `count` whose first value is no marker.
  fileprivate func collect(_ count: Int) throws -> (times: [Int64], values: [[Float]]) {
    var batch = LiveSampleBatch(capacity: 3, channelCount: channelCount)
    var (times, values): ([Int64], [[Float]]) = ([], [])
    for _ in 0..<60_000 where values.count < count {
      _ = try poll(into: &batch, timeoutInMicroseconds: 1000)
      for index in 0..<batch.count {
        let sample = Array(batch.values[index * channelCount..<(index + 1) * channelCount])
        guard sample[0] != marker else { continue }
        times.append(batch.timestampsInMicroseconds[index])
        values.append(sample)
      }
    }
    #expect(values.count == count)
    return (times, values)
  }

  /// Publishes markers until one comes through: then the subscription stands.
  fileprivate func waitForSubscription(_ publish: () -> Void) {
    let before = counts.events
    for _ in 0..<6000 where counts.events == before {
      publish()
      usleep(10_000)
    }
    #expect(counts.events > before)
  }
}

private let marker: Float = -1

@Suite(.enabled(if: Place.exists(Broker.program), "Debian's mosquitto is not installed"))
struct LiveSampleTests {
  @Test func samplesOfATopicComeInOrderAndDamageIsCounted() throws {
    let broker = try Broker()
    defer { broker.stop() }
    let publisher = Publisher(broker)
    publisher.publish("[1, 2]", to: "lab/imu", retained: true)
    let source = try LiveSampleSource(
      mqtt: MQTTTopic(broker: broker.address, topic: "lab/+"), payload: SamplePayload(encoding: .json, channelCount: 2))
    source.waitForSubscription { publisher.publish("[-1, 0]", to: "lab/imu") }
    for index in 0..<20 { publisher.publish("[\(index), \(index * index)]", to: "lab/imu") }
    for damaged in ["", "[1]", "x"] { publisher.publish(damaged, to: "lab/imu") }
    publisher.publish("[20, 400]", to: "lab/other")
    publisher.publish("[9, 9]", to: "elsewhere/imu")
    let (times, values) = try source.collect(21)
    #expect(values == (0...20).map { [Float($0), Float($0 * $0)] })
    #expect(zip(times, times.dropFirst()).allSatisfy { $0 <= $1 })
    #expect(times.allSatisfy { $0 >= 0 && $0 <= source.elapsedMicroseconds })
    #expect(source.counts.malformed == 3 && source.counts.lateDatagrams == 1 && source.counts.dropped == 0)
    #expect(source.counts.datagrams == source.counts.events + 4)
  }

  @Test func timesOfTheSensorAreKept() throws {
    let broker = try Broker()
    defer { broker.stop() }
    let publisher = Publisher(broker)
    let source = try LiveSampleSource(
      mqtt: MQTTTopic(broker: broker.address, topic: "a", qualityOfService: 1),
      payload: SamplePayload(encoding: .float32, channelCount: 1, hasTime: true))
    source.waitForSubscription {
      publisher.publish(little(1_000_000, 8) + little(UInt64(marker.bitPattern), 4), to: "a")
    }
    for time: UInt64 in [2_000_000, 1_999_000, 3_000_000] {
      publisher.publish(little(time, 8) + [0, 0, 128, 63], to: "a")
    }
    let (times, values) = try source.collect(3)
    #expect(times == [2_000_000, 2_000_000, 3_000_000] && values == [[1], [1], [1]])
    #expect(source.timestampCounts.clamped == 1)
  }

  @Test func aBrokerThatComesBackIsConnectedToAgain() throws {
    let broker = try Broker()
    defer { broker.stop() }
    let source = try LiveSampleSource(
      mqtt: MQTTTopic(broker: broker.address, topic: "a"), payload: SamplePayload(encoding: .csv, channelCount: 1))
    let first = Publisher(broker)
    source.waitForSubscription { first.publish("-1", to: "a") }
    broker.stop()
    try broker.start()
    let second = Publisher(broker)
    source.waitForSubscription { second.publish("-1", to: "a") }
    second.publish("5", to: "a")
    #expect(try source.collect(1).values == [[5]])
    #expect(source.counts.restarts == 1)
    #expect(!source.takeNotices().isEmpty)
  }

  @Test func aFullQueueDropsAndCounts() throws {
    let broker = try Broker()
    defer { broker.stop() }
    let publisher = Publisher(broker)
    let source = try LiveSampleSource(
      mqtt: MQTTTopic(broker: broker.address, topic: "a"), payload: SamplePayload(encoding: .csv, channelCount: 1),
      queueCapacity: 4, dropPolicy: .dropOldest)
    source.waitForSubscription { publisher.publish("-1", to: "a") }
    for index in 0..<50 { publisher.publish("\(index)", to: "a") }
    publisher.publish("[", to: "a")
    for _ in 0..<60_000 where source.counts.malformed == 0 { usleep(1000) }
    #expect(try source.collect(4).values == [[46], [47], [48], [49]])
    #expect(source.counts.dropped == source.counts.events - 4)
  }
}

@Suite struct LiveSampleSettingsTests {
  @Test func withoutABrokerPollingReturnsAndStoppingEnds() throws {
    let nobody = try NetworkAddress(host: "127.0.0.1", port: RawSocket(receiving: SOCK_STREAM).port)
    let source = try LiveSampleSource(
      mqtt: MQTTTopic(broker: nobody, topic: "a"), payload: SamplePayload(encoding: .json, channelCount: 1))
    var batch = LiveSampleBatch(channelCount: 1)
    #expect(try source.poll(into: &batch, timeoutInMicroseconds: 1000) == .idle)
    let stopper = Thread { source.stop() }
    stopper.start()
    #expect(try source.next(into: &batch) == false)
  }

  @Test func settingsOutOfRangeAreNamed() throws {
    let broker = try NetworkAddress(host: "127.0.0.1", port: 1883)
    #expect(recordingError { _ = try MQTTTopic(broker: broker, topic: "a/#/b") } != nil)
    #expect(recordingError { _ = try MQTTTopic(broker: broker, topic: "a", qualityOfService: 3) } != nil)
    #expect(recordingError { _ = try SamplePayload(encoding: .csv, channelCount: 0) } != nil)
  }
}
