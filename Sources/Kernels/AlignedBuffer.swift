import Glibc

/// Owned memory on a 64-byte boundary, zeroed when made.
///
/// Array storage starts on 16 bytes and keeps bounds and uniqueness checks inside loops; the hot state of tiles and
/// neurons lives here instead and is reached through `base`. The owner is responsible for staying inside `count`
/// elements and for keeping threads on disjoint parts.
public struct AlignedBuffer<Element: BitwiseCopyable & Sendable>: ~Copyable, @unchecked Sendable {
  /// First element.
  public let base: UnsafeMutablePointer<Element>
  /// Number of elements.
  public let count: Int

  /// Allocates `count` zero elements.
  public init(count: Int) {
    let bytes = Swift.max(64, (count * MemoryLayout<Element>.stride + 63) & ~63)
    let raw = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
    memset(raw, 0, bytes)
    base = raw.bindMemory(to: Element.self, capacity: count)
    self.count = count
  }

  deinit {
    UnsafeMutableRawPointer(base).deallocate()
  }

  /// The elements as a buffer pointer, for bulk reading and writing.
  public var elements: UnsafeMutableBufferPointer<Element> {
    UnsafeMutableBufferPointer(start: base, count: count)
  }

  /// One element, bounds checked in debug builds.
  @inlinable
  public subscript(index: Int) -> Element {
    get {
      assert(index >= 0 && index < count)
      return base[index]
    }
    nonmutating set {
      assert(index >= 0 && index < count)
      base[index] = newValue
    }
  }

  /// Sets every element.
  public func fill(_ value: Element) {
    elements.update(repeating: value)
  }

  /// Copies `source` in.
  /// - Precondition: `source` has exactly `count` elements.
  public func copy(from source: [Element]) {
    precondition(source.count == count, "wrong element count \(source.count), expected \(count)")
    source.withUnsafeBufferPointer { _ = elements.update(fromContentsOf: $0) }
  }
}
