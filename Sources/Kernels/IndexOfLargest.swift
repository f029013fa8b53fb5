extension RandomAccessCollection where Element: Comparable {
  /// Index of the largest element, the first of equals; `nil` when there is none.
  @inlinable
  public var indexOfLargest: Index? {
    guard var best = indices.first else { return nil }
    for index in indices where self[index] > self[best] { best = index }
    return best
  }
}
