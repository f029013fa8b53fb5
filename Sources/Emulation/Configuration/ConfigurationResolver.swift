/// Decides every key from what was written, overrides and defaults.
struct ConfigurationResolver {
  private let file: String
  private var written: [String: ConfigurationValue] = [:]
  /// Keys that were written wrongly: their defaults would only add noise to the problems.
  private var broken: Set<String> = []
  private var problems: [ConfigurationError]

  /// Reads the values of a document, then the overrides, each `key=value`; the last of several wins.
  init(_ document: ConfigurationDocument, overrides: [String]) {
    file = document.file
    problems = document.problems
    for problem in problems { if case .missingValue(_, let key, _) = problem { broken.insert(key) } }
    for entry in document.entries {
      set(entry.key) { () throws(ConfigurationError) in try Self.value(of: entry) }
    }
    for text in overrides { apply(override: text) }
  }

  /// Fills in the defaults.
  ///
  /// - Throws: `ConfigurationError` with all problems found: unknown keys first, then values, then missing keys.
  mutating func resolved() throws(ConfigurationError) -> ResolvedConfiguration {
    var values: [String: ConfigurationValue] = [:]
    for key in ConfigurationTable.keys {
      if let value = written[key.path] {
        values[key.path] = value
      } else if !broken.contains(key.path) {
        values[key.path] = defaultValue(of: key, given: values)
      }
    }
    if let error = ConfigurationError(problems) { throw error }
    return ResolvedConfiguration(values: ConfigurationTable.keys.compactMap { values[$0.path] })
  }

  private mutating func defaultValue(
    of key: ConfigurationKey, given values: [String: ConfigurationValue]
  ) -> ConfigurationValue? {
    switch key.defaultValue {
    case .value(let value):
      return value
    case .byChoice(let other, let choices):
      // Nothing is chosen if the other key is broken, which is reported already.
      return values[other].flatMap { choices[$0.text] }
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
    set(key) { () throws(ConfigurationError) in try key.value(from: value, at: place) }
  }

  private mutating func set(
    _ key: ConfigurationKey, to value: () throws(ConfigurationError) -> ConfigurationValue
  ) {
    do {
      written[key.path] = try value()
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
}
