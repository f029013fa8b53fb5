import Devices
import Quantities

/// Decides every key from what was written, overrides and defaults.
struct ConfigurationResolver {
  /// Who set a value; a later one replaces an earlier one.
  private enum Layer: Int, Comparable {
    case deviceFile, experiment, override

    static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
  }

  private struct Written {
    let value: ConfigurationValue
    let place: ConfigurationPlace
    let layer: Layer
  }

  private let file: String
  private var written: [String: Written] = [:]
  /// Keys that were written wrongly: their defaults would only add noise to the problems.
  private var broken: Set<String> = []
  private var problems: [ConfigurationError]
  private var values: [String: ConfigurationValue] = [:]
  private var device: DeviceDraft?

  /// Reads the values of a document, then the overrides, each `key=value`; the last of several wins. Then the device file
  /// that they name, if they do.
  init(_ document: ConfigurationDocument, overrides: [String]) {
    file = document.file
    problems = document.problems
    note(document.problems)
    for entry in document.entries {
      set(entry.key, at: entry.place, .experiment) { () throws(ConfigurationError) in try Self.value(of: entry) }
    }
    for text in overrides { apply(override: text) }
    readDeviceFile()
  }

  /// Fills in the defaults.
  ///
  /// - Throws: `ConfigurationError` with all problems found: unknown keys first, then values, then missing keys.
  mutating func resolved() throws(ConfigurationError) -> ResolvedConfiguration {
    for key in ConfigurationTable.keys { decide(key) }
    if let error = ConfigurationError(problems) { throw error }
    do {
      _ = try device?.parameters()
    } catch {
      throw .conflict(file: file, keys: error.keys, reason: error.reason)
    }
    return ResolvedConfiguration(values: ConfigurationTable.keys.compactMap { values[$0.path] })
  }

  /// Gives a key its value: what was written, the default, or nothing where it has no meaning.
  private mutating func decide(_ key: ConfigurationKey) {
    if key.path == "device.file" {
      // Its values are in the table: the experiment is complete without it.
      values[key.path] = .unused
    } else if let condition = key.conditions.first(where: { condition in
      // A deciding key that is missing or wrong takes no meaning away: it is reported itself.
      !condition.holds { values[$0] }
    }) {
      refuse(key, because: condition)
      values[key.path] = .unused
    } else if let value = written[key.path]?.value {
      values[key.path] = value
    } else if !broken.contains(key.path) {
      values[key.path] = defaultValue(of: key)
    }
    guard let value = values[key.path], value != .unused else { return }
    if key.path == "device.preset" {
      device = DeviceTechnology.named(value.text).map { DeviceDraft($0.parameters) }
    } else if device != nil {
      DeviceKeys.key(key.path)?.set(&device!, value)
    }
  }

  /// A key without a meaning is a mistake where it was written, unless something later took the meaning away.
  private mutating func refuse(_ key: ConfigurationKey, because condition: ConfigurationCondition) {
    guard let entry = written[key.path] else { return }
    let isOverruled = written.contains { path, other in
      other.layer > entry.layer && ConfigurationTable.decidingKeys.contains(path)
        && (path == "device.preset" || ConfigurationTable.key(path)?.section == key.section)
    }
    guard !isOverruled, let reason = reason(condition) else { return }
    problems.append(.unusedKey(entry.place, key: key.path, reason: reason))
  }

  /// Why a condition fails, from the key that decides it; nothing if that key is broken itself.
  private func reason(_ condition: ConfigurationCondition) -> String? {
    guard let value = values[condition.key] else { return nil }
    if value == .unused,
      let parent = ConfigurationTable.key(condition.key)?.conditions.first(where: { parent in
        !parent.holds(for: values[parent.key] ?? .unused)
      })
    {
      return reason(parent)
    }
    return "it is for experiments in which \(condition.text), which is \(value.text.shortenedForMessage)"
  }

  private mutating func defaultValue(of key: ConfigurationKey) -> ConfigurationValue? {
    switch key.defaultValue {
    case .value(let value):
      return value
    case .byChoice(let other, let choices):
      // Nothing is chosen if the other key is broken, which is reported already.
      return values[other].flatMap { choices[$0.text] }
    case .preset:
      return device.flatMap { DeviceKeys.key(key.path)?.get($0) }
    case .multiple(let factor, let others):
      return Self.multiple(factor, of: others.compactMap { values[$0] })
    case .absent:
      return .unused
    case .fileName:
      let base = file.split(separator: "/").last.map(String.init) ?? ""
      let stem = base.lastIndex(of: ".").map { String(base[..<$0]) } ?? base
      return .text(ConfigurationKey.canNameFolder(stem) ? stem : "experiment")
    case .required:
      let line = key.section.isEmpty ? key.example : "\(key.section): {\(key.example)}"
      problems.append(.missingKey(file: file, key: key.path, example: line))
      return nil
    }
  }

  private static func multiple(_ factor: Double, of values: [ConfigurationValue]) -> ConfigurationValue? {
    var largest: (value: Double, dimension: PhysicalDimension)?
    for case .quantity(let value, let dimension) in values where value > largest?.value ?? -.infinity {
      largest = (value, dimension)
    }
    return largest.map { .quantity(factor * $0.value, $0.dimension) }
  }
}

// MARK: What was written

extension ConfigurationResolver {
  private mutating func note(_ problems: [ConfigurationError]) {
    for problem in problems { if case .missingValue(_, let key, _) = problem { broken.insert(key) } }
  }

  private mutating func apply(override text: String) {
    let place = ConfigurationPlace.override(text)
    guard let equals = text.firstIndex(of: "=") else {
      problems.append(.malformedOverride(text))
      return
    }
    let path = String(text[..<equals].filter { $0 != " " })
    guard let key = ConfigurationTable.key(path) else {
      problems.append(.unknownKey(place, key: path, nearest: ConfigurationTable.nearest(to: path)))
      return
    }
    let value = String(text[text.index(after: equals)...])
    set(key, at: place, .override) { () throws(ConfigurationError) in try key.value(from: value, at: place) }
  }

  private mutating func set(
    _ key: ConfigurationKey, at place: ConfigurationPlace, _ layer: Layer,
    to value: () throws(ConfigurationError) -> ConfigurationValue
  ) {
    do {
      let value = try value()
      if let present = written[key.path], present.layer > layer { return }
      written[key.path] = Written(value: value, place: place, layer: layer)
    } catch {
      problems.append(error)
      broken.insert(key.path)
    }
  }

  private static func value(of entry: ConfigurationDocument.Entry) throws(ConfigurationError) -> ConfigurationValue {
    switch entry.written {
    case .text(let text): try entry.key.value(from: text, at: entry.place)
    case .list(let texts): try entry.key.value(fromList: texts, at: entry.place)
    case .other(let found):
      throw .wrongType(entry.place, key: entry.key.path, expected: entry.key.expectation, found: found)
    }
  }

  /// Takes the values of the file that `device.file` names, relative to the experiment.
  private mutating func readDeviceFile() {
    guard let named = written["device.file"] else { return }
    let folder = file.contains("/") ? String(file[...(file.lastIndex(of: "/") ?? file.startIndex)]) : ""
    let path = named.value.text.hasPrefix("/") ? named.value.text : folder + named.value.text
    do {
      let document = try ConfigurationDocument(yaml: ConfigurationDocument.text(ofFile: path), file: path)
      problems += document.problems
      note(document.problems)
      for entry in document.entries { take(entry, from: path, namedAt: named.place) }
    } catch {
      problems.append(error)
    }
  }

  private mutating func take(
    _ entry: ConfigurationDocument.Entry, from path: String, namedAt place: ConfigurationPlace
  ) {
    guard entry.key.section == "device", entry.key.path != "device.file" else {
      let reason = "\(path) was named by device.file (\(place)), and a device file holds a section device only"
      problems.append(.unusedKey(entry.place, key: entry.key.path, reason: reason))
      return
    }
    if entry.key.path == "device.preset", let other = written["device.preset"], case .text(let word) = entry.written,
      word != other.value.text
    {
      problems.append(
        .conflict(
          file: file, keys: ["device.preset", "device.file"],
          reason: "device.preset is \(other.value.text) (\(other.place)) but the file of device.file says \(word) "
            + "(\(entry.place)); keep one"))
      return
    }
    set(entry.key, at: entry.place, .deviceFile) { () throws(ConfigurationError) in try Self.value(of: entry) }
  }
}
