import Quantities
import Yams

/// Reads the nodes of a YAML document that has keys of its own and says where one is wrong.
struct YAMLReader {
  let file: String

  /// The keys of a document.
  func root(of text: String, expected: String) throws -> Node.Mapping {
    if let line = YAMLReferences.firstLine(in: text) {
      throw StudyError.malformed(file: file, line: line, expected: "plain YAML", found: "an anchor or alias")
    }
    let root: Node?
    do {
      root = try Yams.compose(yaml: text, .basic, .default, .utf8)
    } catch {
      throw StudyError.malformed(file: file, line: 1, expected: "YAML", found: "\(error)")
    }
    guard let root, case .mapping(let mapping) = root else {
      throw StudyError.malformed(file: file, line: 1, expected: expected, found: "none")
    }
    return mapping
  }

  func malformed(_ node: Node, _ expected: String) -> StudyError {
    let found = node.scalar.map { "'\($0.string)'" } ?? (node.sequence != nil ? "a list" : "keys with values")
    return .malformed(file: file, line: node.mark?.line ?? 1, expected: expected, found: found)
  }

  func check(_ mapping: Node.Mapping, known: [String]) throws {
    for (key, _) in mapping {
      let name = key.scalar?.string ?? ""
      guard !known.contains(name) else { continue }
      let nearest = known.min { editDistance(name, $0) < editDistance(name, $1) } ?? ""
      throw StudyError.unknownKey(file: file, line: key.mark?.line ?? 1, key: name, nearest: nearest)
    }
  }

  func mapping(_ node: Node) throws -> Node.Mapping {
    guard case .mapping(let mapping) = node else { throw malformed(node, "keys with values") }
    return mapping
  }

  func text(_ node: Node) throws -> String {
    guard let scalar = node.scalar, !scalar.string.isEmpty else { throw malformed(node, "a word") }
    return scalar.string
  }

  func list(_ node: Node) throws -> [String] {
    guard let sequence = node.sequence else { return [try text(node)] }
    return try sequence.map { try text($0) }
  }

  func number(_ node: Node) throws -> Double {
    guard let number = Double(try text(node)), abs(number) < 1e15 else { throw malformed(node, "a number") }
    return number
  }

  func flag(_ node: Node) throws -> Bool {
    switch try text(node) {
    case "true": return true
    case "false": return false
    default: throw malformed(node, "true or false")
    }
  }

  func whole(_ node: Node) throws -> Int {
    let most = 1_000_000_000_000
    guard let number = Int(try text(node)), (-most...most).contains(number) else {
      throw malformed(node, "a whole number")
    }
    return number
  }

  func choice<Choice: RawRepresentable & CaseIterable>(_ node: Node) throws -> Choice
  where Choice.RawValue == String {
    guard let choice = Choice(rawValue: try text(node)) else {
      throw malformed(node, "one of " + Choice.allCases.map(\.rawValue).joined(separator: ", "))
    }
    return choice
  }
}
