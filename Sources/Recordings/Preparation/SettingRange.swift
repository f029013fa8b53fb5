extension RecordingError {
  /// Refuses a setting that is outside of its range, or not a number.
  /// - Throws: `RecordingError.setting`.
  static func checkSetting<Value: Comparable>(
    _ name: String, _ value: Value, in range: ClosedRange<Value>
  ) throws(RecordingError) {
    guard range.contains(value) else {
      throw .setting(name: name, expected: "\(range.lowerBound) to \(range.upperBound)", found: "\(value)")
    }
  }
}
