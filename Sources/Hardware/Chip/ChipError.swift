/// Why a chip cannot be estimated; each description is one sentence to act on.
public enum ChipError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A layer does not take what the layer before gives.
  case brokenChain(layer: String, expected: String, found: String)
  /// A number that cannot be.
  case badNumber(what: String, expected: String, found: String)
  /// No layers.
  case noLayers
  /// The network needs more tiles than the chip has.
  case tooFewTiles(needed: Int, available: Int)
  /// No such set of constants.
  case unknownConstants(name: String, known: [String])
  /// No such constant.
  case unknownConstant(name: String, known: [String])
  /// No such device.
  case unknownDevice(name: String, known: [String])
  /// A node that the constants are not for.
  case nodeWithoutConstants(node: String, set: String)

  /// One sentence a user can act on.
  public var description: String {
    switch self {
    case .brokenChain(let layer, let expected, let found):
      "layer \"\(layer)\": the layer before gives \(expected), but its inputs are \(found); make the shapes chain"
    case .badNumber(let what, let expected, let found): "\(what): expected \(expected), found \(found)"
    case .noLayers: "a network needs a layer at least; list them under layers"
    case .tooFewTiles(let needed, let available):
      "the network needs \(needed) tiles and the chip has \(available), \(needed - available) too few; "
        + "raise the tiles, take larger crossbars, or name no number"
    case .unknownConstants(let name, let known):
      "no set of constants is called \"\(name)\"; there are \(known.joined(separator: " and "))"
    case .unknownConstant(let name, let known):
      "no constant is called \"\(name)\"; there are \(known.joined(separator: ", "))"
    case .unknownDevice(let name, let known):
      "no device is called \"\(name)\"; there are \(known.joined(separator: ", "))"
    case .nodeWithoutConstants(let node, let set):
      "the set \(set) has no constants for \(node); neurosim knows 65nm, 45nm, 32nm and 22nm, spikesim-65nm only 65nm"
    }
  }
}
