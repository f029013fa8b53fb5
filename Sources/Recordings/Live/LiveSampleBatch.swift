/// A bounded batch of samples of a sensor, each a time and one value for every channel.
public struct LiveSampleBatch: Sendable, Equatable {
  /// Most samples it holds.
  public let capacity: Int
  /// Number of channels.
  public let channelCount: Int
  /// Number of samples.
  public private(set) var count = 0

  private var timestampStorage: [Int64]
  private var valueStorage: [Float]

  /// Makes an empty batch.
  /// - Precondition: Both are positive.
  public init(capacity: Int = 1024, channelCount: Int) {
    precondition(capacity > 0 && channelCount > 0, "a batch of samples has room and channels")
    (self.capacity, self.channelCount) = (capacity, channelCount)
    timestampStorage = [Int64](repeating: 0, count: capacity)
    valueStorage = [Float](repeating: 0, count: capacity * channelCount)
  }

  /// Time of each sample, in µs; indices from 0.
  public var timestampsInMicroseconds: ArraySlice<Int64> { timestampStorage[..<count] }
  /// The values `[samples × channels]`, in the units of the sensor; indices from 0.
  public var values: ArraySlice<Float> { valueStorage[..<(count * channelCount)] }

  /// Forgets the samples, keeps the storage.
  public mutating func removeAll() { count = 0 }

  /// Lets `body` fill the batch, and return how many samples it wrote.
  mutating func fill(_ body: (_ times: UnsafeMutablePointer<Int64>, _ values: UnsafeMutablePointer<Float>) -> Int) {
    count = timestampStorage.withUnsafeMutableBufferPointer { times in
      valueStorage.withUnsafeMutableBufferPointer { values in
        // Neither is empty, so both have an address.
        body(times.baseAddress!, values.baseAddress!)
      }
    }
  }
}

/// A bounded queue of samples between the thread that receives and the one that computes.
final class BoundedSampleQueue: @unchecked Sendable {
  let channelCount: Int

  private let ring: BoundedRing
  private let times: UnsafeMutablePointer<Int64>
  private let values: UnsafeMutablePointer<Float>

  init(capacity: Int, channelCount: Int, policy: DropPolicy) {
    self.channelCount = channelCount
    ring = BoundedRing(capacity: capacity, policy: policy)
    times = .allocate(capacity: capacity)
    values = .allocate(capacity: capacity * channelCount)
  }

  deinit {
    times.deallocate()
    values.deallocate()
  }

  var dropped: Int { ring.dropped }

  /// For the receiving thread: adds a sample of `channelCount` values, as the policy says.
  func put(time: Int64, values sample: [Float]) {
    sample.withUnsafeBufferPointer { sample in
      ring.put(1) { _, place in
        times[place] = time
        (values + place * channelCount).update(from: sample.baseAddress!, count: channelCount)
      }
    }
  }

  /// Replaces the contents of a batch by the next samples, as soon as there are any.
  func take(into batch: inout LiveSampleBatch, timeoutInMicroseconds timeout: Int64?) -> LivePoll {
    var taken = BoundedRing.Taken.idle
    let capacity = batch.capacity
    batch.fill { batchTimes, batchValues in
      taken = ring.take(atMost: capacity, timeoutInMicroseconds: timeout) { places, element in
        (batchTimes + element).update(from: times + places.lowerBound, count: places.count)
        (batchValues + element * channelCount).update(
          from: values + places.lowerBound * channelCount, count: places.count * channelCount)
      }
      guard case .some(let count) = taken else { return 0 }
      return count
    }
    switch taken {
    case .some: return .ready
    case .idle: return .idle
    case .over: return .over
    }
  }

  func finish(_ error: RecordingError?) { ring.finish(error) }
  func takeFailure() -> RecordingError? { ring.takeFailure() }
  func close() { ring.close() }
}
