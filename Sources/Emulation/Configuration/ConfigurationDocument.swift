import Yams

/// The keys of an experiment file as written, with their places, before anything is known about their values.
struct ConfigurationDocument {
  /// What stands after a key.
  enum Written {
    case text(String)
    case list([String])
    /// Something no key can hold, in words.
    case other(String)
  }

  /// One key with a value.
  struct Entry {
    let key: ConfigurationKey
    let written: Written
    let place: ConfigurationPlace
  }

  /// Experiment files are a few kilobytes, with two measured pulse curves a few megabytes; more is another file, or made
  /// to do harm.
  static let largestFile = 4 * 1024 * 1024

  /// After so many problems with keys the rest is not looked at.
  private static let mostProblems = 50

  let file: String
  private(set) var entries: [Entry] = []
  private(set) var problems: [ConfigurationError] = []

  /// Reads YAML text.
  ///
  /// - Throws: `ConfigurationError` for what leaves nothing to go on with; problems with single keys are collected in
  ///   `problems`.
  init(yaml text: String, file: String) throws(ConfigurationError) {
    self.file = file
    guard text.utf8.count <= Self.largestFile else { throw .tooLarge(file: file, limit: Self.largestFile) }
    if let line = YAMLReferences.firstLine(in: text) { throw .reference(.line(line, file: file)) }
    guard let root = try Self.compose(text, file: file) else { throw .empty(file: file) }
    if Self.isEmpty(root) { throw .empty(file: file) }
    guard case .mapping(let mapping) = root else {
      throw .notAMapping(Self.place(of: root, in: file), found: Self.describe(root))
    }
    guard !mapping.isEmpty else { throw .empty(file: file) }
    collect(mapping, section: "")
  }

  private static func compose(_ text: String, file: String) throws(ConfigurationError) -> Node? {
    do {
      // The resolver without rules leaves scalars as text: what they mean is for their key to say.
      return try Yams.compose(yaml: text, .basic, .default, .utf8)
    } catch let error as YamlError {
      throw ConfigurationError(error, text: text, file: file)
    } catch {
      throw .syntax(.line(1, file: file), problem: "\(error)")
    }
  }

  private mutating func collect(_ mapping: Node.Mapping, section: String) {
    for (keyNode, valueNode) in mapping where problems.count < Self.mostProblems {
      let place = Self.place(of: keyNode, in: file)
      guard case .scalar(let scalar) = keyNode else {
        problems.append(.notAKey(place))
        continue
      }
      let path = section.isEmpty ? scalar.string : "\(section).\(scalar.string)"
      if let key = ConfigurationTable.key(path) {
        add(key, valueNode, at: place)
      } else if section.isEmpty, ConfigurationTable.sections.contains(path) {
        addSection(path, valueNode, at: place)
      } else {
        problems.append(.unknownKey(place, key: path, nearest: ConfigurationTable.nearest(to: path)))
      }
    }
  }

  private mutating func add(_ key: ConfigurationKey, _ node: Node, at place: ConfigurationPlace) {
    // YAML itself refuses repeated keys of one mapping, but not `a: {b: 1}` beside `a.b: 2`.
    if entries.contains(where: { $0.key.path == key.path }) {
      problems.append(.duplicateKey(place, key: key.path))
    } else if Self.isEmpty(node) {
      problems.append(.missingValue(place, key: key.path, expected: key.expectation))
    } else {
      entries.append(Entry(key: key, written: Self.written(node), place: place))
    }
  }

  private mutating func addSection(_ path: String, _ node: Node, at place: ConfigurationPlace) {
    if case .mapping(let mapping) = node {
      collect(mapping, section: path)
    } else if !Self.isEmpty(node) {
      let example = ConfigurationTable.keys.first { $0.section == path }?.example ?? ""
      problems.append(
        .wrongType(place, key: path, expected: "a section of keys such as \"\(example)\"", found: Self.describe(node)))
    }
  }

  private static func written(_ node: Node) -> Written {
    switch node {
    case .scalar(let scalar): return .text(scalar.string)
    case .sequence(let sequence):
      var texts: [String] = []
      for element in sequence {
        guard case .scalar(let scalar) = element else { return .other("a list of lists or mappings") }
        texts.append(scalar.string)
      }
      return .list(texts)
    case .mapping, .alias: return .other(describe(node))
    }
  }

  /// Whether nothing was written: no text at all, or YAML's word for nothing.
  private static func isEmpty(_ node: Node) -> Bool {
    guard case .scalar(let scalar) = node, scalar.style == .plain || scalar.style == .any else { return false }
    return ["", "~", "null", "Null", "NULL"].contains(scalar.string)
  }

  private static func describe(_ node: Node) -> String {
    switch node {
    case .scalar(let scalar): "the text \"\(scalar.string.shortenedForMessage)\""
    case .sequence: "a list"
    case .mapping: "a mapping"
    case .alias: "an alias"
    }
  }

  private static func place(of node: Node, in file: String) -> ConfigurationPlace {
    .line(node.mark?.line ?? 1, file: file)
  }
}

extension ConfigurationError {
  /// Turns an error of the YAML reader into a place and a sentence.
  fileprivate init(_ error: YamlError, text: String, file: String) {
    switch error {
    case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
      .composer(let context, let problem, let mark, _):
      let lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }
      let hasTab = lines.indices.contains(mark.line - 1) && lines[mark.line - 1].contains("\t")
      let hint = hasTab ? " (YAML is indented with spaces, not tabs)" : ""
      let sentence = [context?.text, problem].compactMap { $0 }.joined(separator: ", ")
      self = .syntax(.line(mark.line, file: file), problem: sentence + hint)
    case .reader(let problem, let offset, _, _):
      let line = 1 + text.prefix(offset ?? 0).count { $0.isNewline }
      self = .syntax(.line(line, file: file), problem: problem)
    case .duplicatedKeysInMapping(let keys, let context):
      let key = (keys.first ?? "").shortenedForMessage
      self = .duplicateKey(.line(context.mark.line, file: file), key: key)
    default:
      self = .syntax(.line(1, file: file), problem: "\(error)".shortenedForMessage)
    }
  }
}
