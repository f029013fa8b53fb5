/// The trials of a DVS128 Gesture folder: those of `trials_to_train.txt` in its order, then those of `trials_to_test.txt`.
///
/// | file | what |
/// | --- | --- |
/// | `userNN_LIGHTING.aedat` | a trial: AEDAT 3.1 of a DVS128 |
/// | `userNN_LIGHTING_labels.csv` | `class,startTime_usec,endTime_usec`, a line for each gesture of the trial |
/// | `trials_to_train.txt`, `trials_to_test.txt` | names of `.aedat` files, one a line |
/// | `gesture_mapping.csv` | name and number of each class, here or in the folder above; optional |
///
/// A gesture that reaches into the next one ends where that begins.
/// - Reference: research.ibm.com/interactive/dvsgesture, "Contents of the dataset".
struct DVSGestureFolder: Sendable {
  /// A gesture in a trial.
  struct Gesture: Sendable, Equatable {
    /// Number of the trial.
    let trial: Int
    /// Its line in the file of labels, from 0.
    let number: Int
    /// Index of its class.
    let label: Int
    /// Times in µs, on the time line of the recording.
    let times: Range<Int64>
  }

  /// A recording.
  struct Trial: Sendable, Equatable {
    /// Name without ending.
    let name: String
    let user: Int
    let split: DataSplit
  }

  let path: String
  let trials: [Trial]
  let gestures: [Gesture]
  let classNames: [String]

  /// Other files that samples depend on.
  var labelFiles: [String] { trials.map { "\($0.name)_labels.csv" } }

  private static let lists: [(name: String, split: DataSplit)] = [
    ("trials_to_train.txt", .train), ("trials_to_test.txt", .test),
  ]
  private static let mapping = "gesture_mapping.csv"
  /// The classes of the data set, 1 to 11.
  private static let gestureNames = [
    "hand_clapping", "right_hand_wave", "left_hand_wave", "right_arm_clockwise", "right_arm_counter_clockwise",
    "left_arm_clockwise", "left_arm_counter_clockwise", "arm_roll", "air_drums", "air_guitar", "other_gestures",
  ]

  init(path: String) throws(RecordingError) {
    try DataSetOrigin.gestures.checkFolder(path)
    self.path = path
    let names = Set(try FolderListing.names(in: path))
    var trials: [Trial] = []
    for list in Self.lists { trials += try Self.trials(of: list.name, list.split, in: path, names) }
    self.trials = trials
    let above = "\(path)/../\(Self.mapping)"
    if names.contains(Self.mapping) {
      classNames = try Self.classNames("\(path)/\(Self.mapping)")
    } else {
      classNames = FolderListing.isFile(above) ? try Self.classNames(above) : Self.gestureNames
    }
    var gestures: [Gesture] = []
    for index in trials.indices {
      gestures += try Self.gestures(
        of: index, "\(path)/\(trials[index].name)_labels.csv", classCount: classNames.count)
    }
    guard !gestures.isEmpty else {
      throw DataSetOrigin.gestures.error(at: path, expected: "labelled gestures", found: "none in the files of labels")
    }
    self.gestures = gestures
  }

  private static func trials(
    of list: String, _ split: DataSplit, in path: String, _ names: Set<String>
  ) throws(RecordingError) -> [Trial] {
    guard names.contains(list) else {
      throw DataSetOrigin.gestures.error(at: "\(path)/\(list)", expected: "the list of trials", found: "no such file")
    }
    var trials: [Trial] = []
    var rows = try TextTable(path: "\(path)/\(list)", separator: UInt8(ascii: ","))
    while let fields = try rows.next() {
      guard fields.count == 1, let name = fields[0].removingSuffix(".aedat"), let user = user(of: name) else {
        throw rows.corrupt("a name such as user01_led.aedat", "'\(fields.joined(separator: ","))'")
      }
      for file in ["\(name).aedat", "\(name)_labels.csv"] where !names.contains(file) {
        throw DataSetOrigin.gestures.error(
          at: "\(path)/\(file)", expected: "a file of the trial that \(list) names", found: "no such file")
      }
      trials.append(Trial(name: name, user: user, split: split))
    }
    return trials
  }

  /// 7 of "user07_led".
  private static func user(of name: String) -> Int? {
    guard name.hasPrefix("user"), !name.contains("/") else { return nil }
    let digits = name.dropFirst(4).prefix { $0 != "_" }
    guard let user = Int(digits), user >= 0 else { return nil }
    return user
  }

  private static func classNames(_ path: String) throws(RecordingError) -> [String] {
    var names: [Int: String] = [:]
    var rows = try TextTable(path: path, separator: UInt8(ascii: ","))
    var isFirst = true
    while let fields = try rows.next() {
      let numbers = fields.compactMap { Int($0) }
      // The first row may name the columns, which may come in either order.
      defer { isFirst = false }
      if isFirst, numbers.isEmpty { continue }
      guard fields.count == 2, numbers.count == 1, 1...1000 ~= numbers[0], names[numbers[0]] == nil else {
        throw rows.corrupt("a name and a label of its own, from 1", "'\(fields.joined(separator: ","))'")
      }
      names[numbers[0]] = fields.first { Int($0) == nil }
    }
    var list: [String] = []
    while let name = names[list.count + 1] { list.append(name) }
    guard !list.isEmpty, list.count == names.count else {
      throw RecordingError.corrupt(
        file: path, byte: 0, expected: "labels 1, 2, 3 and so on", found: "no label \(list.count + 1)")
    }
    return list
  }

  private static func gestures(
    of trial: Int, _ path: String, classCount: Int
  ) throws(RecordingError) -> [Gesture] {
    var rows = try TextTable(
      path: path, separator: UInt8(ascii: ","), header: ["class", "startTime_usec", "endTime_usec"])
    var found: [(label: Int, start: Int64, end: Int64)] = []
    while let fields = try rows.next() {
      let numbers = fields.compactMap { Int64($0) }
      guard fields.count == 3, numbers.count == 3, 1...Int64(classCount) ~= numbers[0] else {
        throw rows.corrupt(
          "a class from 1 to \(classCount), a start and an end in µs", "'\(fields.joined(separator: ","))'")
      }
      guard 0...(1 << 50) ~= numbers[1], numbers[1] + 1...(1 << 50) ~= numbers[2] else {
        throw rows.corrupt("an end behind the start, both from 0 to 2^50 µs", "\(numbers[1]) to \(numbers[2])")
      }
      found.append((Int(numbers[0]) - 1, numbers[1], numbers[2]))
    }
    let starts = found.map(\.start).sorted()
    return found.enumerated().map { number, gesture in
      let next = starts.first { $0 > gesture.start } ?? .max
      return Gesture(
        trial: trial, number: number, label: gesture.label, times: gesture.start..<min(gesture.end, next))
    }
  }
}
